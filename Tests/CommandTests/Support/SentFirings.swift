import TaskBeat
import TaskQueue

/// Which firings were sent, by the ids of the messages that wait in a queue.
struct SentFirings {
    /// The instants of each entry that were sent, in seconds since 1970, rising.
    private(set) var seconds: [String: [Int64]] = [:]
    /// Ids that were found more than once: their firings were sent twice.
    let doubled: [String]
    /// Ids that are those of no firing of these entries within the time.
    let unknown: [String]

    /// - Parameters:
    ///   - entries: their names; they fire at full seconds.
    ///   - place: where they were sent.
    ///   - range: when they may have fired.
    /// - Throws: when the queue cannot be read.
    init(
        of entries: [String],
        in place: Workplace,
        _ range: ClosedRange<Timestamp>
    ) async throws {
        let ids = try await place.messages().compactMap(\.id)
        let installation = try await place.installation()
        var counts: [String: Int] = [:]
        for id in ids { counts[id, default: 0] += 1 }
        doubled = counts.filter { $1 > 1 }.map(\.key)
        let first = range.lowerBound.microseconds / 1_000_000
        let last = range.upperBound.microseconds / 1_000_000
        for entry in entries {
            seconds[entry] = (first...last).filter { second in
                let instant = Timestamp(microseconds: second * 1_000_000)
                let id = BeatMessages.id(entry, at: instant, in: installation)
                return counts.removeValue(forKey: id.text) != nil
            }
        }
        unknown = Array(counts.keys)
    }

    /// The instants of an entry in runs without a hole, for one that fires every so many seconds.
    func runs(of entry: String, every interval: Int64 = 1) -> [ClosedRange<Int64>] {
        var runs: [ClosedRange<Int64>] = []
        for second in seconds[entry] ?? [] {
            if let run = runs.last, run.upperBound + interval == second {
                runs[runs.count - 1] = run.lowerBound...second
            } else {
                runs.append(second...second)
            }
        }
        return runs
    }
}
