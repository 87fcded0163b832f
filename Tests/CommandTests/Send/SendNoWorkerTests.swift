import TaskQueue
import TestSupport
import Testing

@Suite("tq-send --wait that nobody answers", .timeLimit(.minutes(60)))
struct SendNoWorkerTests {
    @Test("says that no worker serves the queue, unless it is quiet", arguments: Transport.allCases)
    func noWorker(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            async let quiet = place.run("tq-send", "-qw", "--timeout", "3s", "t")
            async let result = place.shell("tq-result -w --timeout 3s other")
            let loud = try await place.run("tq-send", "-w", "-Q", "mail", "--timeout", "3s", "t")
            #expect(
                loud.errors.hasPrefix(
                    "tq-send: no worker serves mail: tasks wait there until one does\n"
                )
            )
            #expect(try await !quiet.errors.contains("no worker"))
            let errors = try await result.errors
            #expect(errors.hasPrefix("tq-result: no worker is running: tasks wait until one is\n"))
        }
    }

    @Test("says nothing where a worker, or perhaps Celery's, serves it")
    func served() async throws {
        try await Workplace.with(.redis, tasks: ["t": "sleep 3"]) { place in
            try await place.withWorker("-q -Q mail") { _ in
                let redis = try #require(place.redis)
                // As a Celery process leaves it.
                _ = try await redis.cli("SADD", "_kombu.binding.other", "x")
                async let celerys = place.run(
                    "tq-send",
                    "-w",
                    "-Q",
                    "other",
                    "--timeout",
                    "3s",
                    "t"
                )
                let mine = try await place.run("tq-send", "-w", "-Q", "mail", "t").succeeded()
                #expect(mine.errors == "")
                #expect(try await !celerys.errors.contains("no worker"))
            }
        }
    }

    @Test("names the task when it is interrupted", arguments: ["INT", "TERM"])
    func interrupted(_ signal: String) async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            try await place.withProgram("tq-send -w t") { waiter in
                try await eventually {
                    try await redis.cli("PUBSUB", "CHANNELS", "celery-task-meta-*") != ""
                }
                let id = try #require(try await place.messages().first?.id)
                try await place.shell("kill -\(signal) \(waiter.processID)").succeeded()
                #expect(try await waiter.waitForExit() == .signalled(signal == "INT" ? 2 : 15))
                #expect(
                    waiter.errorsSoFar
                        == "tq-send: task \(id) was sent: tq-result --wait \(id) waits for it\n"
                )
            }
        }
    }

    @Test(
        "keeps to --timeout when the server stops answering",
        .requires(RedisServer.isInstalled, "redis-server"),
        arguments: [
            "tq-send -w --timeout 4s t", "tq-result -w --timeout 4s x",
            "echo x | tq-result -w --timeout 4s -", "tq-result -wf --json --timeout 4s x",
            "(echo 1; sleep 2; echo 2) | tq-send -w --timeout 4s t -",
        ]
    )
    func stopped(_ commandLine: String) async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            try await place.withProgram("sh -c '\(commandLine)'") { waiter in
                try await eventually {
                    let channels = try await redis.cli("PUBSUB", "CHANNELS", "celery-task-meta-*")
                    return !channels.isEmpty
                }
                redis.pause()
                defer { redis.resume() }
                #expect(try await waiter.waitForExit(timeout: .seconds(25)) == .exited(124))
                #expect(waiter.errorsSoFar.contains("--timeout"))
                #expect(Instant.now - waiter.startedAt < .seconds(20))
            }
        }
    }

    @Test("prints nothing for a result that is null, as if the task ran here")
    func silent() async throws {
        try await Workplace.with(tasks: ["t": "true", "empty": "echo"]) { place in
            try await place.withWorker("-q -c 1") { _ in
                let outcome = try await place.run("tq-send", "--wait", "t").succeeded()
                #expect(outcome.output == "")
                let json = try await place.run("tq-send", "--wait", "--json", "t").succeeded()
                #expect(json.output.contains("\"result\":null"))
                let id = try await place.send("t")
                let result = try await place.run("tq-result", "-w", id).succeeded()
                #expect(result.output == "null\n")
            }
        }
    }

    @Test("takes - only as the one operand after TASK", arguments: ["t a -", "t - -"])
    func dash(_ operands: String) async throws {
        try await Workplace.with { place in
            let outcome = try await place.shell("tq-send \(operands) <&-")
            #expect(outcome.status == .exited(64))
            #expect(outcome.errors.contains("--literal"))
            try await place.shell("tq-send --literal \(operands); tq-send t a ':\"-\"'").succeeded()
            let far = try await place.run("tq-send", "--expires", "99999999d", "t")
            #expect(far.status == .exited(64) && far.errors.contains("too long a duration"))
        }
    }
}
