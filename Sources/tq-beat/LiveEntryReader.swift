import CommandSupport
internal import Connections
import TaskBeat
import TaskQueue
internal import TaskSchedules

/// Reads the entries that were added in the broker, for programs that only list them.
struct LiveEntryReader {
    /// How long the broker may take if the others can be listed without it.
    private static let patience: Duration = .seconds(1)

    private let transports: Transports
    private let diagnostics: Diagnostics

    init(_ transports: Transports, diagnostics: Diagnostics) {
        self.transports = transports
        self.diagnostics = diagnostics
    }

    /// Adds those that can be read; of the others it says why not.
    ///
    /// - Parameters:
    ///   - beat: has the entries of the settings.
    ///   - isNeeded: whether a broker that cannot be reached is an error, and not just said.
    ///   - now: since when they count as known.
    /// - Throws: ``CommandError`` for such a broker.
    func add(to beat: inout Beat, isNeeded: Bool, at now: Timestamp) throws(CommandError) {
        let stored: [StoredLiveEntry]
        do throws(BrokerError) {
            let timeout = isNeeded ? BeatLease.length : Self.patience
            guard let store = try transports.openLiveEntries(within: timeout) else { return }
            stored = try store.liveEntries()
        } catch {
            guard !isNeeded else { throw CommandError(error) }
            diagnostics.note("live entries are left out: \(error)")
            return
        }
        var roster = LiveRoster(besides: beat.indices.map { beat.entry($0).name })
        let entries = roster.update(stored) { leaveOut($0, $1) }
        let news = entries.map { (live: $0, record: BeatRecord(lastFiring: now)) }
        for (live, reason) in beat.changeLive(keeping: { _ in true }, adding: news) {
            leaveOut(live.entry.name, .zone(reason))
        }
    }

    private func leaveOut(_ name: String, _ reason: LiveRefusal) {
        diagnostics.note("live entry \(name) is left out: \(reason)")
    }
}
