import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("SQLite keeps the contract", .requires(Program.isInstalled("sqlite3"), "sqlite3"))
struct SQLiteContractTests {
    @Test("of brokers", arguments: BrokerClause.all)
    func keeps(_ clause: BrokerClause) async throws {
        try await TemporaryDirectory.with { try await clause.check(Self.store($0.path("tq.db"))) }
    }

    @Test("of result backends", arguments: ResultClause.all)
    func keeps(_ clause: ResultClause) async throws {
        try await TemporaryDirectory.with { try await clause.check(Self.store($0.path("tq.db"))) }
    }

    private static func store(_ path: String) -> TaskStore {
        TaskStore(
            capabilities: Set(Capability.allCases).subtracting([.advice]),
            broker: { try SQLiteBroker(path: path, worker: $0, resultLifetime: nil) },
            results: { try SQLiteResultBackend(path: path, resultLifetime: $0) },
            heldBy: .leases(SQLiteShell(path).leases),
            deadLetters: { try await SQLiteShell(path).deadLetters(of: $0) }
        )
    }
}
