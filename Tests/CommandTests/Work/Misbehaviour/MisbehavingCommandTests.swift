import TaskQueue
import TestSupport
import Testing

@Suite("a command that misbehaves", .requiresReleaseBuild, .timeLimit(.minutes(60)))
struct MisbehavingCommandTests {
    @Test(
        "ends as it has to, in time, and leaves nothing in the worker and on the machine",
        arguments: Transport.allCases
    )
    func table(_ transport: Transport) async throws {
        let rows =
            Misbehaviour.withPipes + Misbehaviour.onDescriptor3 + Misbehaviour.inEnding
            + Misbehaviour.withProcesses + Misbehaviour.inStarting + Misbehaviour.inStreams
        // Messages of 1 MB lie about where malloc has put them.
        try await Self.endure(rows, transport, growth: 24 << 20)
    }

    @Test("and prints a gigabyte costs the worker no memory")
    func output() async throws {
        try await Self.endure(Misbehaviour.withOutput, .sqlite, growth: 4 << 20)
    }

    /// Has one worker run all of them, twice, so that what each leaves behind adds up.
    ///
    /// - Parameters:
    ///   - rows: each runs twice.
    ///   - transport: of the worker.
    ///   - growth: by how many bytes less than these the second time may raise its memory.
    /// - Throws: when the worker cannot be looked at any more.
    private static func endure(
        _ rows: [Misbehaviour],
        _ transport: Transport,
        growth: Int
    ) async throws {
        var settings = "result_max_bytes = 1048576\n"
        for row in rows { settings += "[tasks.\(row.task)]\n\(row.settings)\n" }
        try await Workplace.with(transport, settings: settings) { place in
            try place.write("", to: "ended/.keep")
            for row in rows {
                let path = row.path ?? "tasks/\(row.task)"
                try place.write(row.contents, to: path, mode: row.mode)
            }
            try await place.withReleaseProgram("tq-work -c 4") { worker in
                let first = try await place.run(rows, "first")
                try await worker.waitForHeartbeat()
                let before = try await place.restingFootprint(of: worker)
                let memory = worker.memory
                let second = try await place.run(rows, "second")
                for row in rows { check(row, first[row.task], second[row.task]) }
                let after = try await place.restingFootprint(of: worker)
                #expect(after == before, "\(after.difference(from: before))")
                #expect(worker.memory - memory < growth)
                #expect((1..<64 << 20).contains(worker.peakMemory))
            }
        }
    }

    private static func check(_ row: Misbehaviour, _ runs: Workplace.Ended?...) {
        for run in runs {
            guard let run else {
                Issue.record("\(row.sentence): has not ended")
                continue
            }
            let state = run.record[key: "state"]?.string
            let message = run.record[key: "error"]?[key: "message"]?.elements?.first?.string
            switch row.ending {
            case .success(let result):
                #expect(state == "SUCCESS", "\(row.sentence): \(message ?? "")")
                #expect(run.record[key: "result"]?.text == result, "\(row.sentence)")
            case .failure(let part):
                #expect(state == "FAILURE", "\(row.sentence)")
                #expect(message?.contains(part) == true, "\(row.sentence): \(message ?? "")")
            }
            if let part = row.traceback {
                let traceback = run.record[key: "traceback"]?.string ?? ""
                #expect(traceback.contains(part), "\(row.sentence): \(traceback.prefix(200))")
                #expect(traceback.utf8.count < 70_000, "\(row.sentence)")
            }
        }
        // The machine may have been busy once.
        let times = runs.compactMap { $0?.settledAfter }
        if let time = times.min() {
            #expect(time < .seconds(row.settlesWithin), "\(row.sentence): \(times)")
        }
    }
}

extension Workplace {
    /// A task of the table that has ended.
    fileprivate struct Ended {
        /// As of `tq-result --json`.
        let record: JSONText
        /// How long after its command; `nil` if that has not said when it ended.
        let settledAfter: Duration?
    }

    /// What the worker has when nothing runs any more that tasks have started.
    fileprivate func restingFootprint(of worker: Spawned) async throws -> Footprint {
        do {
            try await eventually { leftovers().isEmpty }
        } catch {
            Issue.record("still runs: \(leftovers())")
        }
        return try worker.footprint()
    }

    /// Sends a task for each row, and waits for all.
    fileprivate func run(
        _ rows: [Misbehaviour],
        _ round: String
    ) async throws -> [String: Ended] {
        var input = ""
        for row in rows {
            let id = "\(round)-\(row.task)"
            input += #"{"task": "\#(row.task)", "id": "\#(id)", "args": \#(row.arguments), "#
            input += #""kwargs": \#(row.kwargs)}"# + "\n"
        }
        let script = "tq-send - >ids && tq-result --wait --timeout 30s --json - <ids"
        var ended: [String: Ended] = [:]
        for line in try await shell(script, input: input, timeout: .seconds(90)).lines {
            let record = try JSONText(line.utf8)
            let id = try #require(record[key: "id"]?.string)
            ended[String(id.dropFirst(round.utf8.count + 1))] = Ended(
                record: record,
                settledAfter: settledAfter(id, record)
            )
        }
        return ended
    }

    private func settledAfter(_ id: String, _ record: JSONText) -> Duration? {
        guard let seconds = lines("ended/\(id)").first.flatMap(Double.init),
            let settled = record[key: "date_done"]?.string.flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        return settled - Timestamp(secondsSinceEpoch: seconds)
    }
}
