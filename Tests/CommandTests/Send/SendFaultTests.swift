import TaskQueue
import TestSupport
import Testing

@Suite(
    "tq-send while connections are lost",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct SendFaultTests {
    /// Lends a workplace and the environment in which its server is behind a proxy.
    private func withProxy(
        _ fault: FaultyProxy.Fault,
        _ body: (Workplace, FaultyProxy, [String: String?]) async throws -> Void
    ) async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            try await FaultyProxy.with(before: redis.port, fault) { proxy in
                let url = "redis://127.0.0.1:\(proxy.port)"
                try await body(place, proxy, ["TQ_BROKER_URL": url])
                #expect(proxy.faultsLeft == 0)
            }
        }
    }

    @Test(
        "sends a task once if the answer is lost",
        arguments: ["", "--ignore-result", "--id nightly", "--in 1h", "--max-queue 5"]
    )
    func lostReply(_ options: String) async throws {
        try await withProxy(.losesReply) { place, _, environment in
            let outcome = try await place.shell("tq-send \(options) t", environment: environment)
            let ids = try outcome.succeeded().lines
            #expect(outcome.errors == "")
            #expect(ids.count == 1)
            #expect(try await place.messages().map(\.id) == ids)
        }
    }

    @Test("sends a task once if the first request comes after the second")
    func lateRequest() async throws {
        try await withProxy(.delaysRequest) { place, proxy, environment in
            let outcome = try await place.shell("tq-send t", environment: environment)
            let ids = try outcome.succeeded().lines
            proxy.deliver()
            #expect(try await place.messages().map(\.id) == ids)
        }
    }

    @Test("sends each line once, and prints each id once, if an answer is lost")
    func bulk() async throws {
        try await withProxy(.losesReply) { place, _, environment in
            let script = "seq 3000 | tq-send t -"
            let ids = try await place.shell(script, environment: environment).succeeded().lines
            #expect(ids.count == 3_000 && Set(ids).count == 3_000)
            #expect(try await place.messages().map(\.id) == ids)
        }
    }

    @Test("waits for the task that it had to send twice")
    func waits() async throws {
        try await withProxy(.losesReply) { place, _, environment in
            try await place.withWorker("-- echo {1}") { _ in
                let script = "tq-send --wait --timeout 30s t :7"
                let outcome = try await place.shell(script, environment: environment)
                #expect(try outcome.succeeded().output == "7\n")
            }
        }
    }

    @Test("goes on when the server has restarted: what it printed is there once")
    func restart() async throws {
        try await RedisServer.with("--appendonly", "yes", "--appendfsync", "always") { server in
            let environment = ["TQ_BROKER_URL": server.url]
            try await withProcess(
                "tq-send",
                "--connect-timeout",
                "30s",
                "t",
                "-",
                keepsInputOpen: true,
                environment: environment
            ) { sender in
                for _ in 0..<3 {
                    for _ in 0..<20 { sender.write(String(repeating: "1\n", count: 500)) }
                    try await server.restart()
                }
                sender.write("1\n")
                sender.closeInput()
                #expect(try await sender.waitForExit(timeout: .seconds(60)) == .exited(0))
                let ids = sender.outputSoFar.split(separator: "\n").map(String.init)
                #expect(ids.count == 30_001)
                let list = try await server.cli("LRANGE", "celery", "0", "-1")
                let sent = try list.split(separator: "\n").reversed().map { line in
                    try StoredMessage(envelope: String(line), isDelayed: false).id
                }
                #expect(sent == ids)
            }
        }
    }

    @Test("gives up in time when the server stays away, and says how many were sent")
    func away() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            let options = "--connect-timeout 1s t -"
            try await place.withProgram("tq-send \(options)", keepsInputOpen: true) { sender in
                sender.write("1\n2\n3\n")
                try await eventually { sender.outputSoFar.split(separator: "\n").count == 3 }
                await redis.kill()
                let start = Instant.now
                sender.write("4\n")
                #expect(try await sender.waitForExit() == .exited(69))
                #expect(Instant.now - start < .seconds(3))
                #expect(sender.outputSoFar.split(separator: "\n").count == 3)
                let expected = """
                    tq-send: cannot reach \(place.url): Connection refused: start the server there, or \
                    name another with --broker; 3 tasks were sent before; whether the task has arrived \
                    is not known

                    """
                #expect(sender.errorsSoFar == expected)
            }
        }
    }

    @Test("prints what was stored of many when the server's memory is full, and no more")
    func fullMemory() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            let memory = try await redis.cli("INFO", "memory")
            let line = memory.split { $0.isNewline }.first { $0.hasPrefix("used_memory:") }
            let used = try #require(line.flatMap { Int($0.dropFirst("used_memory:".count)) })
            _ = try await redis.cli("CONFIG", "SET", "maxmemory", "\(used + (1 << 20))")
            let command = "seq 5000 | tq-send --connect-timeout 200ms t - >ids"
            let outcome = try await place.shell(command)
            #expect(outcome.status == .exited(69))
            #expect(outcome.errors.contains("its memory is full"))
            let printed = place.lines("ids")
            #expect(outcome.errors.contains("; \(printed.count) tasks were sent before"))
            #expect(!printed.isEmpty && Set(printed).count == printed.count)
            #expect(try await redis.cli("LLEN", "celery") == "\(printed.count)")
        }
    }

    @Test("waits for a server that may only be read from at the moment")
    func readOnly() async throws {
        try await Workplace.with(.redis) { place in
            let redis = try #require(place.redis)
            _ = try await redis.cli("REPLICAOF", "127.0.0.1", "1")
            let command = "tq-send --connect-timeout 20s t"
            try await place.withProgram(command) { sender in
                try await eventually {
                    let rejected = try await redis.cli("INFO", "errorstats")
                    return rejected.contains("READONLY")
                }
                _ = try await redis.cli("REPLICAOF", "NO", "ONE")
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(try await redis.cli("LLEN", "celery") == "1")
            }
            _ = try await redis.cli("REPLICAOF", "127.0.0.1", "1")
            let outcome = try await place.shell("tq-send --connect-timeout 300ms t")
            #expect(outcome.status == .exited(69))
            #expect(outcome.errors.contains("refused: it is a read-only replica now"))
            #expect(!outcome.errors.contains("not known"))
        }
    }

    @Test("waits for a server that still loads its data")
    func loading() async throws {
        try await RedisServer.with(
            "--appendonly",
            "yes",
            "--key-load-delay",
            "1000",
            "--loading-process-events-interval-bytes",
            "1024"
        ) { server in
            let fill = "for i = 1, 1500 do redis.call('SET', 'key' .. i, string.rep('x', 100)) end"
            _ = try await server.cli("EVAL", fill, "0")
            await server.kill()
            async let restart: Void = server.start()
            let options = ["-b", server.url, "--connect-timeout", "30s", "t"]
            let outcome = try await TestSupport.run("tq-send", arguments: options)
            #expect(try outcome.succeeded().lines.count == 1)
            try await restart
            #expect(try await server.cli("LLEN", "celery") == "1")
            #expect(try await server.cli("INFO", "errorstats").contains("LOADING"))
        }
    }
}
