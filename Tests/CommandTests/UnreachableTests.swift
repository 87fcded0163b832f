import TestSupport
import Testing

@Suite(
    "a server that cannot be used",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct UnreachableTests {
    private static let commandLines = [
        "tq-send t", "tq-send -w t", "echo 1 | tq-send t -", "tq-send --max-queue 1 t",
        "tq-result x",
        "tq-result --wait x", "tq-work -- true", "tq-work --check -- true", "tq-ctl queues",
        "tq-ctl revoke x", "echo '@daily t' | tq-beat --crontab /dev/stdin",
        "echo '@daily t' | tq-beat --once --crontab /dev/stdin",
    ]

    @Test(
        "which accepts and never answers is given up within 3 s, with 69",
        arguments: commandLines
    )
    func silent(_ commandLine: String) async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            redis.pause()
            let outcome = try await place.shell(commandLine)
            #expect(outcome.status == .exited(69))
            #expect(outcome.duration < .seconds(3))
            #expect(outcome.errors.contains(": cannot reach \(place.url): no answer in time"))
            redis.resume()
        }
    }

    @Test("is tried again for --connect-timeout by a worker that starts beside it")
    func starting() async throws {
        try await Workplace.with(tasks: ["x": "true"]) { place in
            let port = try freePort()
            let environment = ["TQ_BROKER_URL": "redis://127.0.0.1:\(port)/0"]
            let line = "tq-work --connect-timeout 20s"
            try await place.withProgram(line, environment: environment) { worker in
                try await Task.sleep(for: .milliseconds(400))
                #expect(worker.status == nil)
                let server = "redis-server --port \(port) --bind 127.0.0.1 --save ''"
                try await place.withProgram(server) { _ in
                    let sent = try await place.run(
                        "tq-send",
                        "--connect-timeout",
                        "10s",
                        "x",
                        environment: environment
                    )
                    try sent.succeeded()
                    try await worker.waitUntilPrinted("succeeded task=x")
                }
            }
        }
    }

    @Test("is given up after --connect-timeout", arguments: ["tq-send t", "tq-result x"])
    func connectTimeout(_ commandLine: String) async throws {
        try await Workplace.with(.redis, settings: "connect_timeout = 9") { place in
            let redis = try #require(place.redis)
            redis.pause()
            let outcome = try await place.shell("\(commandLine) --connect-timeout 200ms")
            #expect(outcome.status == .exited(69))
            #expect(outcome.duration < .seconds(2))
            redis.resume()
        }
    }

    @Test(
        "refuses a wrong password with 77, and no password is ever printed",
        arguments: commandLines
    )
    func password(_ commandLine: String) async throws {
        try await RedisServer.with(password: "open-sesame") { server in
            let urls = [
                "redis://:hunter2@127.0.0.1:\(server.port)/1", "redis://127.0.0.1:\(server.port)",
                "redis://user:hunter2@127.0.0.1:\(server.port)",
                "unix://\(server.socketPath)",
            ]
            for url in urls {
                let outcome = try await run(
                    "bash",
                    "-c",
                    commandLine,
                    environment: ["TQ_BROKER_URL": url]
                )
                #expect(outcome.status == .exited(77), "\(url)")
                #expect(outcome.errors.contains("refused the credentials: "), "\(url)")
                #expect(!(outcome.output + outcome.errors).contains("hunter2"), "\(url)")
            }
        }
    }

    @Test("lets in whoever has the password, a user's too")
    func rightPassword() async throws {
        try await RedisServer.with(password: "a/b:c@d%") { server in
            let root = "redis://:a%2Fb%3Ac%40d%25@127.0.0.1:\(server.port)/3"
            try await run("tq-send", "-b", root, "--id", "x", "t").succeeded()
            _ = try await server.cli("ACL", "SETUSER", "ada", "on", ">lace", "~*", "&*", "+@all")
            let user = "redis://ada:lace@127.0.0.1:\(server.port)/3"
            let worker = try await run("tq-work", "-v", "-b", user, "--burst", "--", "env")
            #expect(!(try worker.succeeded().errors.contains("lace@")))
            let outcome = try await run("tq-result", "-b", user, "x").succeeded()
            // What runs inside a task has to reach the broker too.
            #expect(outcome.lines.contains("TQ_BROKER_URL=\(user)"))
        }
    }

    @Test("says so when a user may not do what is needed")
    func forbidden() async throws {
        try await RedisServer.with { server in
            _ = try await server.cli("ACL", "SETUSER", "eve", "on", ">pw", "~other", "+@all")
            let url = "redis://eve:pw@127.0.0.1:\(server.port)"
            let outcome = try await run("tq-send", "-b", url, "t")
            #expect(outcome.status == .exited(77))
            #expect(outcome.errors.contains("the user may not do this"))
        }
    }

    @Test("is full, or only to be read from: 69 and what to do")
    func full() async throws {
        try await RedisServer.with("--maxmemory", "1") { server in
            let outcome = try await run("tq-send", "-b", server.url, "t")
            #expect(outcome.status == .exited(69))
            #expect(outcome.output == "")
            #expect(outcome.errors.hasPrefix("tq-send: \(server.url) refused: its memory is full"))
        }
    }

    @Test("holds something else under our names")
    func otherKeys() async throws {
        try await Workplace.with(.redis) { place in
            _ = try await place.redis?.cli("SET", "celery", "a text")
            let outcome = try await place.run("tq-send", "t")
            #expect(outcome.status == .exited(69))
            #expect(outcome.errors.contains("a key that tq uses holds something else: "))
        }
    }
}
