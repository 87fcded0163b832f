import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("Redis's scripts", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisScriptTests {
    private static let lease = BeatLease(group: "g", holder: "me")

    /// Has the lease for as long as the server runs, however busy the machine is.
    private static func lead(_ server: RedisServer) async throws {
        _ = try await server.cli("SET", "tq:beat:lease:\(lease.group)", lease.holder)
    }

    /// Firings of entries of their own.
    private static func firings(_ names: Range<Int>, at second: Int64) -> [BeatFiring] {
        names.map { name in
            BeatFiring(
                entry: "entry \(name)",
                instant: Timestamp(microseconds: second * 1_000_000),
                most: nil,
                message: .sample()
            )
        }
    }

    /// How often the server was sent a script's text, and how often its digest.
    private static func counts(_ server: RedisServer) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in try await server.cli("INFO", "commandstats").split(whereSeparator: \.isNewline)
        {
            for name in ["eval", "evalsha"] where line.hasPrefix("cmdstat_\(name):calls=") {
                let number = line.dropFirst("cmdstat_\(name):calls=".count)
                counts[name] = Int(number.prefix { $0.isNumber })
            }
        }
        return counts
    }

    @Test("go to the server once with their text, and then by its digest")
    func once() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            try await Self.lead(server)
            _ = try await server.cli("CONFIG", "RESETSTAT")
            let outcomes = try broker.fire(Self.firings(0..<50, at: 1), under: Self.lease)
            #expect(outcomes == Array(repeating: .sent, count: 50))
            _ = try broker.fire(Self.firings(0..<10, at: 2), under: Self.lease)
            for _ in 0..<5 { _ = try broker.receive(from: [.celery], upTo: 1) }
            #expect(try await Self.counts(server) == ["eval": 2, "evalsha": 63])
        }
    }

    @Test("are told again to a server that was made to forget them, those of one round trip too")
    func forgotten() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            try await Self.lead(server)
            _ = try broker.fire(Self.firings(0..<1, at: 1), under: Self.lease)
            _ = try await server.cli("SCRIPT", "FLUSH")
            // The second of an entry comes after the first.
            let twice = Self.firings(0..<9, at: 2) + Self.firings(3..<6, at: 3)
            let outcomes = try broker.fire(twice, under: Self.lease)
            #expect(outcomes == Array(repeating: .sent, count: twice.count))
            #expect(try await server.cli("LLEN", "celery") == "13")
        }
    }

    @Test("that run at once fail at once: the first that is refused says why")
    func refused() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            try await Self.lead(server)
            _ = try await server.cli("SET", "tq:beat:entry:entry 1", "text")
            let error = #expect(throws: BrokerError.self) {
                try broker.fire(Self.firings(0..<3, at: 1), under: Self.lease)
            }
            #expect("\(String(describing: error))".contains("tq:beat:entry:entry 1"))
            #expect(try await server.cli("LLEN", "celery") == "2")
        }
    }
}
