import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite(
    "a restart of the server",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct RestartTests {
    @Test(
        "is waited out by who waits for a result, within --connect-timeout",
        arguments: ["tq-result --wait \"$(cat id)\"", "tq-send --wait slow"]
    )
    func waiting(_ commandLine: String) async throws {
        try await Workplace.with(tasks: ["slow": "echo done"]) { place in
            try await RedisServer.with("--appendonly", "yes", "--appendfsync", "always") { server in
                let environment = ["TQ_BROKER_URL": server.url]
                _ = try await place.shell("tq-send slow >id", environment: environment).succeeded()
                // Quiet about there being no worker yet.
                let waiting = "sh -c '\(commandLine) -q --connect-timeout 20'"
                try await place.withProgram(waiting, environment: environment) { program in
                    try await eventually {
                        try await !server.cli("PUBSUB", "CHANNELS").isEmpty
                    }
                    // Twice: the time starts anew with each.
                    for _ in 0..<2 {
                        await server.kill()
                        // Away for long enough that who connects again at once finds nobody.
                        try await Task.sleep(for: .milliseconds(300))
                        try await server.start()
                        try await eventually {
                            try await !server.cli("PUBSUB", "CHANNELS").isEmpty
                        }
                    }
                    _ = try await place.shell("tq-work --burst", environment: environment)
                        .succeeded()
                    #expect(try await program.waitForExit() == .exited(0))
                    #expect(program.outcome.output == "done\n" && program.outcome.errors == "")
                }
            }
        }
    }

    @Test("that does not end is told after --connect-timeout, with 69")
    func forGood() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            try await place.withProgram("tq-send -w t --connect-timeout 1s") { program in
                try await eventually { try await !redis.cli("PUBSUB", "CHANNELS").isEmpty }
                await redis.kill()
                let start = Instant.now
                #expect(try await program.waitForExit() == .exited(69))
                #expect(Instant.now - start < .seconds(4))
                #expect(program.outcome.errors.contains("cannot reach \(place.url): "))
            }
        }
    }

    @Test("is waited out by a worker that is started while the server reads its data")
    func loading() async throws {
        let slowly = [
            "--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024",
            "--dbfilename", "dump.rdb",
        ]
        try await Workplace.with(tasks: ["t": "echo done"]) { place in
            try await RedisServer.with(options: slowly) { server in
                let environment = ["TQ_BROKER_URL": server.url]
                let fill =
                    "for i = 1, 15000 do redis.call('SET', 'key' .. i, string.rep('x', 100)) end"
                _ = try await server.cli("EVAL", fill, "0")
                _ = try await place.shell("tq-send t >id", environment: environment).succeeded()
                _ = try await server.cli("SAVE")
                await server.kill()
                try await server.start(until: "Loading RDB")
                try await place.withProgram("tq-work", environment: environment) { worker in
                    try await worker.waitUntilPrinted("is loading its data from disk")
                    try await worker.waitUntilPrinted("the broker is back")
                    let waiting = "tq-result --wait --timeout 20 $(cat id)"
                    let result = try await place.shell(waiting, environment: environment)
                    #expect(try result.succeeded().output == "done\n")
                    worker.signal(SIGTERM)
                    #expect(try await worker.waitForExit() == .exited(0))
                }
            }
        }
    }

    @Test("as another's replica is waited out by a worker, which keeps what came out meanwhile")
    func demoted() async throws {
        let slow = "echo $$ >>started; while ! test -e go; do sleep 0.01; done; echo done"
        try await Workplace.with(.redis, tasks: ["slow": slow]) { place in
            let redis = try #require(place.redis)
            let id = try await place.send("slow")
            try await place.withWorker { worker in
                try await eventually { place.lines("started").count == 1 }
                _ = try await redis.cli("REPLICAOF", "127.0.0.1", "1")
                try place.write("", to: "go")
                try await worker.waitUntilPrinted("it is a read-only replica now")
                _ = try await redis.cli("REPLICAOF", "NO", "ONE")
                let outcome = try await place.result(id, "--wait", "--timeout", "20")
                #expect(outcome.output == "done\n")
                #expect(place.lines("started").count == 1)
            }
        }
    }
}
