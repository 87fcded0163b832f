import TaskQueue
import Testing

/// What came of a run of several `tq-beat` with entries that fire each second.
struct BeatTally {
    let transport: Transport
    let entries: Int
    /// How many there were of each kind.
    let faults: [String: Int]
    /// Firings of all entries, from when the first began to send until the end.
    let expected: Int
    let fired: Int
    let doubled: Int
    let missed: Int
    /// Tasks that are of no firing.
    let unknown: Int
    /// In seconds, by the logs: one who was killed may not have told.
    let worstLateness: Double
    /// In seconds, from a fault of the one that sent to the next sign that one sends.
    let longestWithout: Double

    /// - Parameters:
    ///   - transport: of the run.
    ///   - faults: in the order of time; the last is the end.
    ///   - log: of those that take each other's place, in the order of time.
    ///   - start: when another began to send, which has entries of its own.
    ///   - sent: what was found in the queue.
    /// - Throws: if none has begun to send, or there is no end.
    init(
        _ transport: Transport,
        faults: [BeatFault],
        log: [BeatLogLine],
        since start: Timestamp,
        sent: SentFirings
    ) throws {
        self.transport = transport
        entries = sent.seconds.count
        self.faults = Dictionary(grouping: faults, by: \.kind).mapValues(\.count)
        let begin = max(try #require(log.first).time, start).microseconds / 1_000_000 + 1
        let end = try #require(faults.last).time.microseconds / 1_000_000 - 1
        let wanted = Set(begin...end)
        expected = wanted.count * entries
        fired = sent.seconds.values.reduce(0) { $0 + wanted.intersection($1).count }
        doubled = sent.doubled.count
        missed = sent.seconds.values.reduce(0) { $0 + wanted.subtracting($1).count }
        unknown = sent.unknown.count
        worstLateness =
            log.compactMap { line in line.firing.map { Self.seconds(line.time - $0) } }.max() ?? 0
        longestWithout = faults.dropLast().map { Self.without(after: $0, log) }.max() ?? 0
    }

    /// How long none sent; zero if another was hit than the one that did.
    private static func without(after fault: BeatFault, _ log: [BeatLogLine]) -> Double {
        let next = log.firstIndex { $0.time > fault.time } ?? log.endIndex
        guard next > log.startIndex, next < log.endIndex, log[next - 1].number == fault.number
        else { return 0 }
        return seconds(log[next].time - fault.time)
    }

    private static func seconds(_ length: Duration) -> Double {
        Double(length.microseconds) / 1_000_000
    }
}

extension BeatTally {
    /// A column for each run.
    static func table(_ tallies: [BeatTally]) -> String {
        func count(_ kind: String) -> (BeatTally) -> String {
            { "\($0.faults[kind] ?? 0)" }
        }
        let rows: [(String, (BeatTally) -> String)] = [
            ("what", { $0.transport.rawValue }),
            ("entries of a second", { "\($0.entries)" }),
            ("tq-beat", { _ in "3 + 1" }),
            ("killed", count("killed")),
            ("stopped for up to 8 s", count("stopped")),
            ("ended and started again", count("ended")),
            ("firings expected", { "\($0.expected)" }),
            ("fired", { "\($0.fired)" }),
            ("doubled", { "\($0.doubled)" }),
            ("missed", { "\($0.missed)" }),
            ("latest, s", { text($0.worstLateness) }),
            ("longest without a leader, s", { text($0.longestWithout) }),
        ]
        return rows.map { name, value in
            padded(name, 30) + tallies.map { padded(value($0), 10) }.joined()
        }.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func text(_ seconds: Double) -> String {
        "\((seconds * 1000).rounded() / 1000)"
    }
}
