import CommandLineOptions
import TaskBeat
import TaskQueue
import TaskSchedules
import TaskSettings

/// When entries of `tq-beat` fire next, as far as their tables are known here.
struct UpcomingFirings {
    private let zone: LocalTimeZone
    /// Those of the settings that are read here.
    private let own: [String: BeatEntry]

    init(_ settings: Settings, own: [BeatEntry]) {
        zone = settings.timezone ?? .system
        self.own = Dictionary(own.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The next firing of an entry.
    ///
    /// - Parameters:
    ///   - summary: what the broker knows of it.
    ///   - live: its table, if it is a live one.
    /// - Returns: `nil` if it does not fire again, or its table is not known.
    func next(of summary: BeatSummary, _ live: BeatEntry?) -> Timestamp? {
        guard !summary.isPaused, let entry = live ?? own[summary.name],
            // Another tq-beat may have an entry of the same name.
            entry.scheduleText == summary.schedule, entry.isEnabled,
            entry.count.map({ summary.record.count < $0 }) ?? true
        else { return nil }
        let now = Timestamp.now()
        let beat = try? Beat([entry], default: live == nil ? zone : .system, at: now)
        let after = max(now, summary.record.lastFiring)
        return beat?.firings(of: 0, after: after, count: 1).first
    }
}
