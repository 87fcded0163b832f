import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("a program with handlers", .timeLimit(.minutes(60)))
struct HandlerProgramTests {
    private static let program = "test-handlers"

    /// What the tasks print, a line each, or why they have failed.
    private func results(
        of tasks: [[String]],
        on transport: Transport = .sqlite,
        settings: String? = nil,
        worker options: [String] = ["--burst=wait"]
    ) async throws -> [String] {
        try await Workplace.with(transport, settings: settings) { place in
            for (number, words) in tasks.enumerated() {
                try await TestSupport.run(
                    "tq-send",
                    arguments: ["--id", "\(number)"] + words,
                    environment: place.environment,
                    directory: place.path
                ).succeeded()
            }
            try await TestSupport.run(
                Self.program,
                arguments: options,
                environment: place.environment,
                directory: place.path
            ).succeeded()
            var results: [String] = []
            for number in tasks.indices {
                let outcome = try await place.result("\(number)")
                results.append(outcome.output + outcome.errors)
            }
            return results.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
        }
    }

    @Test("arguments by position become a handler's own types", arguments: Transport.allCases)
    func positions(_ transport: Transport) async throws {
        let results = try await results(
            of: [
                ["add", ":2", ":3"],
                ["nothing"],
                ["greet"],
                ["greet", "Ada"],
                ["greet", ":null", "good day"],
                ["move", #":{"x": 1, "y": -1}"#, ":10"],
                ["optional", ":1", "b", "1970-01-02T00:00:00Z", #":{"x": 4, "y": 0}"#],
                ["optional", ":1"],
                ["many", ":-1", ":2.5", "é\"\\", ":true", ":[1, 2]", #":{"k": 3}"#],
            ],
            on: transport
        )
        #expect(
            results == [
                "5", "null", "hello you", "hello Ada", "good day you", #"{"x":11,"y":9}"#,
                "1 b 86400.0 4", "1 - - 0",
                #"-1 2.5 é"\ true [1, 2] ["k": 3]"#,
            ]
        )
    }

    @Test("a type's properties are given by name, by position, or both, as Python binds them")
    func names() async throws {
        let results = try await results(
            of: [
                ["divide", "dividend:=3", "divisor:=4"],
                ["divide", ":3", ":4"],
                ["divide", ":3", "divisor:=4"],
                ["divide", ":3", ":4", ":1"],
                ["divide", ":3", ":4", ":null"],
                ["divide", ":3", ":4", "digits:=null"],
            ]
        )
        #expect(results == Array(repeating: "0.75", count: 6))
    }

    @Test(
        "arguments that a handler does not take fail the task for good, and say which and why",
        arguments: [
            (["add", ":2"], "the argument 2 is missing"),
            (["add", ":2", "x"], "the argument 2 is not a whole number"),
            (["add", ":2", ":2.5"], "the argument 2"),
            (["add", ":1", ":2", ":3"], "it takes 2 arguments, and was given 3"),
            (
                ["add", ":1", "y:=2"],
                "it takes its arguments by position, and was given y by name"
            ),
            (["move", #":{"x": 1}"#, ":1"], "the argument 1.y is missing"),
            (["many", ":1", ":1", "a", ":1", ":[]", ":{}"], "the argument 4 is not true or false"),
            (["divide", "dividend:=3"], "the argument divisor is missing"),
            (["optional", ":1", ":5"], "the argument 2 is not a text"),
            (["optional", ":1", "b", "c"], "the argument 3: 'c' is not a date in ISO 8601"),
            (["divide", "dividend:=3", "divisor=x"], "the argument divisor is not a number"),
            (["divide", ":3", "dividend:=3"], "the argument dividend is given twice"),
            (["divide", ":1", ":2", ":3", ":4"], "it takes 3 arguments, and was given more"),
        ]
    )
    func badArguments(_ words: [String], _ reason: String) async throws {
        let result = try await results(of: [words])[0]
        #expect(result.contains("failed: BadArguments: \(reason)"), "\(result)")
    }

    @Test("errors are failures of their own type")
    func errors() async throws {
        let results = try await results(
            of: [["divide", ":1", ":0"], ["weather", ":3"], ["weather", ":0"]]
        )
        #expect(results[0].contains("task 0 failed: ZeroDivisionError: division by zero"))
        // Without what the case holds.
        #expect(results[1].hasSuffix("task 1 failed: Weather: tooWet"))
        #expect(results[2] == "null")
    }

    @Test("a handler decides: to be tried again, to fail for good, to be put back")
    func verdicts() async throws {
        try await Workplace.with { place in
            for task in ["retry", "stubborn", "hopeless", "final"] {
                _ = try await place.send("--id", task, task)
            }
            let worker = try await place.run(Self.program, "--burst=wait")
            try worker.succeeded()
            #expect(
                worker.errors.contains(
                    "failed, and is tried again in 10ms (retry 1): Busy: not yet"
                )
            )
            #expect(try await place.result("retry").output == "2\n")
            #expect(try await place.result("stubborn").output == "dry\n")
            let hopeless = try await place.result("hopeless").errors
            #expect(
                hopeless.contains("Weather: tooWet\ngiven up after 2 retries\n"),
                "\(hopeless)"
            )
            let final = try await place.result("final").errors
            #expect(final.contains("Final: no other try will mend it"))
            let dead = try await place.run("tq-ctl", "dead", "list")
            #expect(dead.output.contains("hopeless") && dead.output.contains("final"))
        }
    }

    @Test("a result that JSON does not have fails for good: the work is not done again")
    func badResult() async throws {
        let result = try await results(of: [["nan"]])[0]
        #expect(
            result.contains("failed: BadResult: the result cannot be written as JSON"),
            "\(result)"
        )
        #expect(!result.contains("retries"), "\(result)")
    }

    @Test("a task that is rejected goes back to its queue")
    func rejection() async throws {
        try await Workplace.with { place in
            let id = try await place.send("reject")
            try await place.withProgram("\(Self.program)") { worker in
                try await worker.waitUntilPrinted("put back on its queue, as it asked")
                try await eventually {
                    worker.errorsSoFar.split(separator: "put back on its queue").count > 2
                }
            }
            #expect(try await place.run("tq-result", "--state", id).output == "PENDING\n")
        }
    }

    @Test(
        "is cancelled at the soft limit, and left behind at the hard one",
        arguments: Transport.allCases
    )
    func limits(_ transport: Transport) async throws {
        let results = try await results(of: [["soft"], ["hard"]], on: transport)
        #expect(
            results[0].contains(
                "SoftTimeLimitExceeded: ran longer than its soft time limit of 200ms: it was cancelled"
            ),
            "\(results)"
        )
        #expect(
            results[1].contains(
                "TimeLimitExceeded: ran longer than its time limit of 500ms: it was left behind"
            ),
            "\(results)"
        )
    }

    @Test("settings and messages go before what the handler's options say")
    func precedence() async throws {
        let settings = """
            [tasks.soft]
            soft_time_limit = "50ms"
            [tasks.hopeless]
            max_retries = 0
            """
        let results = try await results(
            of: [["soft"], ["--soft-time-limit", "70ms", "soft"], ["hopeless"]],
            settings: settings
        )
        #expect(results[0].contains("soft time limit of 50ms"))
        #expect(results[1].contains("soft time limit of 70ms"))
        #expect(results[2].contains("given up after 0 retries"))
    }

    @Test("tells how far it is")
    func progress() async throws {
        try await Workplace.with { place in
            try await place.withProgram("\(Self.program) -q") { _ in
                let outcome = try await place.run("tq-send", "--wait", "--progress", "steps", ":3")
                try outcome.succeeded()
                #expect(outcome.errors.contains("33% (1/3) step 1"), "\(outcome.errors)")
                #expect(outcome.errors.contains("100% (3/3) step 3"), "\(outcome.errors)")
            }
        }
    }

    @Test("knows the task it runs")
    func context() async throws {
        try await Workplace.with { place in
            let environment = ["TQ_TASK_ID": "mother", "TQ_ROOT_ID": "eve"]
            let sent = try await place.run(
                "tq-send",
                "-Q",
                "q",
                "--id",
                "i",
                "--soft-time-limit",
                "60s",
                "context",
                environment: environment
            )
            try sent.succeeded()
            try await place.run(Self.program, "-Q", "q", "--burst").succeeded()
            #expect(
                try await place.result("i").output
                    == #"["i","context","q","0","eve","mother","limited"]"# + "\n"
            )
        }
    }

    @Test("sends tasks that know their parent and the root", arguments: Transport.allCases)
    func children(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withProgram("\(Self.program) -c 8") { _ in
                let sent = try await place.run("tq-send", "--id", "eve", "--wait", "family")
                try sent.succeeded()
                let words = try JSONText(sent.output.utf8).elements?.compactMap(\.string) ?? []
                #expect(words.count == 16, "\(words)")
                #expect(words[1...6] == ["context", "celery", "0", "eve", "eve", "for ever"])
                #expect(words[11] == "eve" && words[12] != "eve")
                #expect(words[14...] == ["0.25", "0.5"])
            }
        }
    }

    @Test("commands and handlers live in one worker, and handlers go first")
    func commands() async throws {
        let settings = """
            [tasks.shout]
            run = ["echo", "HA"]
            [tasks.add]
            run = ["echo", "never"]
            """
        let results = try await results(
            of: [["shout"], ["add", ":1", ":1"]],
            settings: settings,
            worker: ["--burst", "-c", "4"]
        )
        #expect(results == ["HA", "2"])
    }

    @Test("runs no more at once than it may, whatever runs them")
    func slots() async throws {
        let settings = """
            [tasks.nap]
            run = ["sh", "-c", "date +%s%N >>began; sleep 1"]
            """
        try await Workplace.with(settings: settings) { place in
            for _ in 0..<200 { _ = try await place.send("nothing") }
            _ = try await place.send("nap")
            let last = try await place.send("block", ":1")
            let worker = try await place.run(
                Self.program,
                "--burst",
                "-c",
                "1",
                "--log-format",
                "json"
            )
            try worker.succeeded()
            let ends = worker.errors.split(separator: "\n").compactMap { line in
                (try? JSONText(line.utf8))?[key: "time"]?.string.flatMap { Timestamp(iso8601: $0) }
            }
            // The lines of the last two tasks to end, and that the queues are empty.
            let between = try #require(ends.dropLast().last) - #require(ends.dropLast(2).last)
            #expect(between > .milliseconds(900), "\(worker.errors.suffix(600))")
            #expect(try await place.result(last).output == "slept\n")
        }
    }

    @Test("handlers that block do not keep others from running")
    func blocking() async throws {
        try await Workplace.with { place in
            for _ in 0..<20 { _ = try await place.send("block", ":2") }
            try await place.withProgram("\(Self.program) -c 100") { _ in
                let start = Instant.now
                let sum = try await place.run("tq-send", "--wait", "add", ":1", ":2")
                #expect(sum.output == "3\n")
                #expect(Instant.now - start < .seconds(2))
                let last = try await place.run("tq-send", "--wait", "block", ":0")
                #expect(last.output == "slept\n")
                try await eventually {
                    try await place.run("tq-ctl", "running").output.contains("block") == false
                }
                // One after the other they take 40 s, two at a time 20.
                #expect(Instant.now - start < .seconds(15))
            }
        }
    }

    @Test(
        "handlers that never suspend take nothing from others, nor keep the worker from its end",
        arguments: Transport.allCases
    )
    func neverSuspend(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withProgram("\(Self.program) -c 8") { worker in
                var spinning: [String] = []
                for _ in 0..<3 {
                    spinning.append(try await place.send("--time-limit", "1", "spin"))
                }
                _ = try await place.send("spin")
                let sum = try await place.run("tq-send", "--wait", "add", ":1", ":2")
                #expect(sum.output == "3\n")
                try await worker.waitUntilPrinted("left behind, and may still run in this process")
                let slept = try await place.run("tq-send", "--wait", "block", ":0")
                #expect(slept.output == "slept\n")
                for id in spinning {
                    let end = try await place.run("tq-result", "--wait", id)
                    #expect(end.errors.contains("TimeLimitExceeded"), "\(end)")
                }
                worker.signal(SIGTERM)
                try await worker.waitUntilPrinted("stopping: a second signal")
                // Signals that follow at once are one.
                try await Task.sleep(for: .milliseconds(200))
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(try await place.run("tq-ctl", "queues").output.contains("celery  1"))
        }
    }

    @Test("writes to the log that the program has set up, and says farewell at its end")
    func ownLog() async throws {
        try await Workplace.with { place in
            _ = try await place.send("add", ":1", ":2")
            let outcome = try await TestSupport.run(
                Self.program,
                arguments: ["--burst"],
                environment: place.environment.merging(["TEST_LOG": "1"]) { $1 },
                directory: place.path
            )
            try outcome.succeeded()
            #expect(outcome.errors == "")
            #expect(outcome.output.contains("own: succeeded\n"), "\(outcome)")
            #expect(outcome.output.hasSuffix("farewell\n"), "\(outcome)")
        }
    }

    @Test("what nothing runs goes among the dead letters")
    func unknown() async throws {
        let results = try await results(of: [["other"]])
        #expect(results[0].contains("failed"), "\(results)")
    }

    @Test("TERM waits for the handlers, a second one cancels them, and their tasks go back")
    func signals() async throws {
        try await Workplace.with { place in
            let id = try await place.send("slow")
            try await place.withProgram(Self.program) { worker in
                try await worker.waitUntilPrinted("began task=slow id=\(id)")
                worker.signal(SIGTERM)
                try await worker.waitUntilPrinted(
                    "stopping: a second signal ends the running tasks"
                )
                // Signals that follow at once are one.
                try await Task.sleep(for: .milliseconds(200))
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(try await place.run("tq-ctl", "queues").output.contains("celery  1"))
        }
    }

    @Test("has tq-work's options and checks, under its own name")
    func interface() async throws {
        try await Workplace.with { place in
            let help = try await place.run(Self.program, "--help")
            #expect(help.output.hasPrefix("test-handlers: run tasks\n\nUsage:\n  test-handlers "))
            let options = help.output.components(ofOptions: "--")
            let own = try await place.run("tq-work", "--help").output.components(ofOptions: "--")
            #expect(options == own && options.contains("--concurrency"))
            let plan = try await place.run(Self.program, "--check").output
            #expect(plan.contains("task         add: a handler of this program\n"))
            let usage = try await place.run(Self.program, "--no-such")
            #expect(usage.status == .exited(64))
            #expect(usage.errors.hasPrefix("test-handlers: "))
        }
    }
}

extension String {
    /// The words that begin so.
    fileprivate func components(ofOptions prefix: String) -> Set<String> {
        Set(split { $0 == " " || $0 == "\n" || $0 == "," || $0 == "=" }.map(String.init))
            .filter { $0.hasPrefix(prefix) }
    }
}
