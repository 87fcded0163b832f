import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("Redis keeps the contract", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisContractTests {
    @Test("of brokers", arguments: BrokerClause.all)
    func keeps(_ clause: BrokerClause) async throws {
        try await RedisServer.with { try await clause.check(Self.store($0, at: $0.address())) }
    }

    @Test("of result backends", arguments: ResultClause.all)
    func keeps(_ clause: ResultClause) async throws {
        try await RedisServer.with { try await clause.check(Self.store($0, at: $0.address())) }
    }

    @Test(
        "of brokers, behind a password and in another database",
        arguments: BrokerClause.all
    )
    func keepsBehindPassword(_ clause: BrokerClause) async throws {
        try await RedisServer.with(password: "s3cret") { server in
            try await clause.check(Self.store(server, at: server.address(database: 3)))
        }
    }

    private static func store(_ server: RedisServer, at address: RedisAddress) -> TaskStore {
        TaskStore(
            capabilities: Set(Capability.allCases),
            broker: { worker in
                try RedisBroker(address, worker: worker, timeout: .seconds(30), resultLifetime: nil)
            },
            results: { lifetime in
                try RedisResultBackend(address, timeout: .seconds(30), resultLifetime: lifetime)
            },
            heldBy: .leases(server.leases(in: address.database)),
            deadLetters: { queue in
                let key = "tq:dead:\(queue.text)"
                let letters = try await server.cli(
                    "-n",
                    "\(address.database)",
                    "ZRANGE",
                    key,
                    "0",
                    "-1"
                )
                return try letters.split(separator: "\n").map { try Self.deadLetter($0) }
            }
        )
    }

    private static func deadLetter(_ json: Substring) throws -> FoundDeadLetter {
        let letter = try JSONText(json.utf8)
        let message = try #require(letter[key: "message"]?.string)
        return FoundDeadLetter(
            id: letter[key: "id"]?.string,
            task: letter[key: "task"]?.string,
            reason: try #require(letter[key: "reason"]?.string),
            content: .kombu(try #require(Base64.decode(message.utf8)))
        )
    }
}
