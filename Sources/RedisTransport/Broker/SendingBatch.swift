internal import TaskQueue

/// Messages that are sent in one step.
struct SendingBatch {
    /// Messages that go to the same place, one after the other.
    struct Run {
        let key: String
        let isDelayed: Bool
        var placements: ArraySlice<Placement>

        /// About how many bytes its messages take.
        var size: Int { placements.reduce(0) { $0 + $1.value.count + 48 } }
    }

    private let runs: [Run]
    private let end: SendBatch

    /// - Parameters:
    ///   - placements: where each message goes.
    ///   - sending: the mark that tells of this very sending; `nil`: it is done even if it was before.
    ///   - marks: what else is remembered.
    init(_ placements: [Placement], sending: SentMark?, marks: [SentMark]) {
        runs = Self.runs(of: placements)
        end = SendBatch(
            runs: runs,
            // The same record may be to last longer: then that mark stays too.
            marks: (sending.map { [$0] } ?? []) + marks.filter { $0 != sending },
            isRecognised: sending != nil
        )
    }

    /// A transaction, which is carried out as a whole or not at all: the messages go on their lists, and
    /// ``SendBatch`` has the last word.
    ///
    /// Its text goes along, for each batch once: a script that the server did not know any more would leave in
    /// place what was pushed before it. So a single task takes one round trip, too.
    var commands: [RedisCommand] {
        [RedisCommand("MULTI")] + runs.filter { !$0.isDelayed }.map(push) + [
            end.command(), RedisCommand("EXEC"),
        ]
    }

    private func push(_ run: Run) -> RedisCommand {
        var command = RedisCommand("LPUSH", capacity: 128 + run.size).adding(run.key)
        for placement in run.placements { command.add(placement.value) }
        return command
    }

    private static func runs(of placements: [Placement]) -> [Run] {
        var runs: [Run] = []
        var start = 0
        while start < placements.count {
            let first = placements[start]
            let others = placements[start...].firstIndex { $0.key != first.key }
            let end = others ?? placements.count
            runs.append(
                Run(
                    key: first.key,
                    isDelayed: first.due != nil,
                    placements: placements[start..<end]
                )
            )
            start = end
        }
        return runs
    }
}
