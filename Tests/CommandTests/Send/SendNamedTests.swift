import TestSupport
import Testing

@Suite("tq-send --id", .timeLimit(.minutes(60)))
struct SendNamedTests {
    @Test(
        "waits for the task that was just sent, whose outcome counts",
        arguments: Transport.allCases
    )
    func again(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            _ = try await place.send("--id", "job", "t")
            try await place.work("--", "echo", "old")
            #expect(try await place.result("job").output == "old\n")
            let waiting = ["--id", "job", "--wait", "--timeout", "300ms", "t"]
            let outcome = try await place.shell("tq-send \(waiting.joined(separator: " "))")
            #expect(outcome.status == .exited(124) && outcome.output == "")
            try await place.work("--", "sh", "-c", "exit 9")
            #expect(try await place.result("job").status == .exited(1))
            let line = #"{"task": "t", "id": "job"}"#
            try await place.run("tq-send", "-", input: line).succeeded()
            #expect(try await place.result("job").status == .exited(3))
        }
    }

    @Test("also where results are kept elsewhere", arguments: Transport.allCases)
    func elsewhere(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            // Beside SQLite's broker, a file; beside Redis', another database.
            let url = transport == .redis ? "\(place.url)/5" : "sqlite:\(place.path("results.db"))"
            let backend = ["TQ_RESULT_BACKEND": url]
            func run(_ command: String) async throws -> Outcome {
                try await place.shell(command, environment: backend)
            }
            try await run("tq-send --id job t; tq-work -q --burst -- echo old").succeeded()
            #expect(try await run("tq-result job --forget").output == "old\n")
            try await run("tq-send --id job t; tq-work -q --burst -- echo old").succeeded()
            #expect(try await run("tq-result job").output == "old\n")
            #expect(try await run("tq-send --id job -w --timeout 300ms t").status == .exited(124))
            #expect(try await run("tq-result job").status == .exited(3))
            try await run("tq-work -q --burst -- sh -c 'exit 9'").succeeded()
            #expect(try await run("tq-result job").status == .exited(1))
            // Of two that run at once, the first ends while the last does not.
            try place.write(
                "test $1 != 2 || while ! test -e go; do sleep 0.02; done; echo $1",
                to: "script"
            )
            try await run("tq-send --id job t 1; tq-send --id job t 2").succeeded()
            let worker = "tq-work -q -c 2 -- sh script {1}"
            try await place.withProgram(worker, environment: backend) { _ in
                #expect(try await run("tq-send --wait t 3").output == "3\n")
                #expect(try await run("tq-result job").status == .exited(3))
                try place.write("", to: "go")
                #expect(try await run("tq-result --wait job").output == "2\n")
            }
        }
    }

    @Test("a result in another database of the server is another's")
    func otherDatabase() async throws {
        try await Workplace.with(.redis) { place in
            let command = "tq-send -b \(place.url)/1 --id job --wait --timeout 2s t"
            try await place.withProgram(command) { waiter in
                let redis = try #require(place.redis)
                try await eventually {
                    try await redis.cli("PUBSUB", "NUMSUB", "celery-task-meta-job")
                        .hasSuffix("1")
                }
                _ = try await place.send("--id", "job", "t")
                try await place.work("--", "echo", "other")
                #expect(try await waiter.waitForExit() == .exited(124))
                #expect(waiter.outputSoFar == "")
            }
        }
    }

    @Test("a worker that stores no results ends the wait", arguments: Transport.allCases)
    func ignored(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try place.write("task_ignore_result = true\n", to: "ignoring.toml")
            try await place.withWorker("-q --config ignoring.toml -c 1 -- true") { _ in
                for options in ["", "--id job"] {
                    let outcome = try await place.shell("tq-send -w --timeout 50s \(options) t")
                    #expect(outcome.status == .exited(4))
                    #expect(outcome.errors.contains("not stored"))
                }
                let id = try await place.send("t")
                try await eventually { try await place.result(id).status == .exited(4) }
            }
        }
    }

    @Test("a purged task ends the wait", arguments: Transport.allCases)
    func purged(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withProgram("tq-send -w t") { waiter in
                try await eventually { (try? await place.messages().count) == 1 }
                try await place.run("tq-ctl", "purge", "-y", "celery").succeeded()
                #expect(try await waiter.waitForExit() == .exited(5))
            }
        }
    }
}
