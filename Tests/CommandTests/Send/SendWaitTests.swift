import TestSupport
import Testing

@Suite("tq-send --wait", .timeLimit(.minutes(60)))
struct SendWaitTests {
    private static let tasks = [
        "add": "echo $(($1 + $2))",
        "fail": "echo reason >&2; exit 3",
        "slow": "while ! test -e go; do sleep 0.01; done",
    ]

    @Test("behaves as if the task ran here", arguments: Transport.allCases)
    func asIfHere(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.withWorker { _ in
                let sum = try await place.run("tq-send", "--wait", "add", ":2", ":3")
                #expect(sum.status == .exited(0))
                #expect(sum.output == "5\n" && sum.errors == "")
                let failure = try await place.run("tq-send", "-w", "--id", "f", "fail")
                #expect(failure.status == .exited(1))
                #expect(failure.output == "")
                #expect(
                    failure.errors == """
                        tq-send: task f failed: CommandFailed: exit status 3
                        reason

                        """
                )
            }
        }
    }

    @Test("gives up after --timeout with 124; the task stays sent", arguments: Transport.allCases)
    func timeout(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let outcome = try await place.run(
                "tq-send",
                "--wait",
                "--timeout",
                "300ms",
                "--id",
                "x",
                "add"
            )
            #expect(outcome.status == .exited(124))
            #expect(outcome.output == "")
            #expect(
                outcome.errors
                    == "tq-send: task x has not finished in 300ms: --timeout sets the time\n"
            )
            #expect(outcome.duration > .milliseconds(300))
            #expect(try await place.messages().map(\.id) == ["x"])
        }
    }

    @Test("shows progress with --progress, a line for each change", arguments: Transport.allCases)
    func progress(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            _ = try await place.send("--id", "x", "t")
            let lines = ["a", "b"].map { "{\"task\": \"t\", \"id\": \"\($0)\"}\n" }.joined()
            try await place.withProgram("tq-send --wait --progress -", input: lines) { sender in
                try await eventually { try await place.messages().count == 3 }
                for id in ["a", "b"] {
                    let metadata = #"{"current": 1, "total": 4, "message": "\#(id)"}"#
                    try await place.store(id, state: "PROGRESS", metadata)
                    try await sender.waitUntilPrinted("tq-send: task \(id): 25% (1/4) \(id)\n")
                }
                for id in ["b", "a"] { try await place.finish(id, #""\#(id)""#) }
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(sender.outputSoFar == "a\nb\n")
                // On a busy machine it also says that no worker is there.
                let lines = sender.errorsSoFar.split(separator: "\n")
                #expect(lines.count { $0.contains("% (") } == 2)
            }
        }
    }

    @Test("ends with 5 when the task has expired", arguments: Transport.allCases)
    func expired(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.withWorker { _ in
                let outcome = try await place.shell("tq-send -w --expires @1 --id x add :2 :3")
                #expect(outcome.status == .exited(5))
                #expect(
                    outcome.errors == "tq-send: task x was revoked: TaskRevokedError: expired\n"
                )
            }
        }
    }

    @Test("prints the results of many lines in their order, and returns the highest status")
    func many() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            try await place.withWorker("-c 4") { _ in
                let good = try await place.shell("seq 60 | sed 's/.*/[&, 1]/' | tq-send -w add -")
                #expect(try good.succeeded().lines == (2...61).map(String.init))
                let lines = "{\"task\": \"add\", \"args\": [1, 2]}\n{\"task\": \"fail\"}\n"
                let mixed = try await place.run("tq-send", "-w", "-", input: lines)
                #expect(mixed.status == .exited(1) && mixed.output == "3\n")
            }
        }
    }

    @Test("refuses a task whose result is not stored")
    func noResult() async throws {
        let settings = "task_ignore_result = true"
        try await Workplace.with(settings: settings) { place in
            let outcome = try await place.run("tq-send", "--wait", "add")
            #expect(outcome.status == .exited(78))
            #expect(outcome.errors.contains("no result of task add is stored (ignore_result)"))
            #expect(try await place.messages().isEmpty)
        }
    }
}
