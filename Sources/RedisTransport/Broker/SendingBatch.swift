internal import TaskQueue

/// Messages that are sent in one step.
struct SendingBatch {
    /// Messages that go to the same place, one after the other.
    private struct Run {
        let key: String
        let isDelayed: Bool
        var range: Range<Int>
    }

    private let placements: [Placement]
    private let runs: [Run]
    private let marks: [SentMark]
    private let isRecognised: Bool

    /// - Parameters:
    ///   - placements: where each message goes.
    ///   - sending: the mark that tells of this very sending; `nil`: it is done even if it was before.
    ///   - marks: what else is remembered.
    init(_ placements: [Placement], sending: SentMark?, marks: [SentMark]) {
        self.placements = placements
        runs = Self.runs(of: placements)
        isRecognised = sending != nil
        // The same record may be to last longer: then that mark stays too.
        self.marks = (sending.map { [$0] } ?? []) + marks.filter { $0 != sending }
    }

    /// A transaction, which is carried out as a whole or not at all: the messages go on their lists, and
    /// ``RedisScripts/send`` has the last word.
    ///
    /// The whole script goes along: so a single task takes one round trip, also where nobody has sent any
    /// before.
    var commands: [RedisCommand] {
        [RedisCommand("MULTI")] + runs.filter { !$0.isDelayed }.map(push) + [
            end, RedisCommand("EXEC"),
        ]
    }

    private func push(_ run: Run) -> RedisCommand {
        var command = RedisCommand("LPUSH", capacity: 128 + size(run)).adding(run.key)
        for placement in placements[run.range] { command.add(placement.value) }
        return command
    }

    private var end: RedisCommand {
        let delayed = runs.filter(\.isDelayed).reduce(0) { $0 + size($1) }
        var command = RedisCommand("EVAL", capacity: 4096 + delayed).adding(RedisScripts.send)
        command.add(runs.count + marks.count)
        for run in runs { command.add(run.key) }
        for mark in marks { command.add(mark.key) }
        command.add(runs.count)
        command.add(isRecognised ? "1" : "0")
        for argument in marks.flatMap(\.arguments) { command.add(argument) }
        for run in runs {
            guard run.isDelayed else {
                command.add(run.range.count)
                continue
            }
            command.add("0")
            command.add(run.range.count * 2)
            for placement in placements[run.range] {
                command.add(placement.due ?? "0")
                command.add(placement.value)
            }
        }
        return command
    }

    private func size(_ run: Run) -> Int {
        placements[run.range].reduce(0) { $0 + $1.value.count + 48 }
    }

    private static func runs(of placements: [Placement]) -> [Run] {
        var runs: [Run] = []
        for (index, placement) in placements.enumerated() {
            if let last = runs.indices.last, runs[last].key == placement.key {
                runs[last].range = runs[last].range.lowerBound..<(index + 1)
            } else {
                let isDelayed = placement.due != nil
                runs.append(
                    Run(key: placement.key, isDelayed: isDelayed, range: index..<(index + 1))
                )
            }
        }
        return runs
    }
}
