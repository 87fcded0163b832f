import Synchronization
import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "RabbitMQ keeps the contract",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: BrokerClause.all.count + remembering.count),
    .serialized,
    .timeLimit(.minutes(60))
)
struct AMQPContractTests {
    @Test("for brokers", arguments: BrokerClause.all.indices)
    func broker(_ number: Int) async throws {
        let server = try #require(RabbitServer.current)
        let store = AMQPStore(server, vhost: "v\(number + 1)")
        defer { store.close() }
        try await BrokerClause.all[number].check(store.store())
    }

    @Test("for brokers, with a place that remembers", arguments: remembering.indices)
    func withMemory(_ number: Int) async throws {
        let server = try #require(RabbitServer.current)
        let store = AMQPStore(server, vhost: "v\(BrokerClause.all.count + number + 1)")
        defer { store.close() }
        try await remembering[number].check(store.store(remembers: true))
    }
}

private let own: Set<Capability> = [.deadLetterStore, .queueControl, .queueCounting]
/// What is remembered for the server.
private let memories: Set<Capability> = [.uniqueSending, .queuePausing, .taskRevoking]
private let remembering = BrokerClause.all.filter {
    $0.needs(anyOf: memories) && $0.needs(nothingBut: memories.union(own))
}

/// A vhost of a server, whose connections can be cut.
private final class AMQPStore: Sendable {
    private let server: RabbitServer
    private let vhost: String
    private let proxies = Mutex<[String: AMQPProxy]>([:])
    private let results = MemoryStore()

    init(_ server: RabbitServer, vhost: String) {
        (self.server, self.vhost) = (server, vhost)
    }

    func store(remembers: Bool = false) -> TaskStore {
        var habits = BrokerHabits()
        habits.priorities = [9, 6, 3, 0]
        habits.tellsNextDue = false
        habits.delayResolution = .milliseconds(1_500)
        habits.servesQueuesInTurn = false
        habits.keepsHeadersToTheByte = false
        habits.finishesInOneStep = true
        habits.forgetsRevocations = false
        return TaskStore(
            capabilities: remembers ? memories.union(own) : own,
            habits: habits,
            broker: { worker in
                let broker = try self.broker(worker)
                return remembers ? self.withMemory(broker) : broker as any Broker
            },
            results: { [results] in MemoryResultBackend(results, lifetime: $0) },
            heldBy: .connections(
                ConnectionControl(
                    cut: { try self.proxy($0).cut() },
                    cutBeforeAcknowledging: { try self.proxy($0).cutBeforeAcknowledging() }
                )
            ),
            deadLetters: { queue in
                try self.broker("operator").deadLetters(
                    of: queue,
                    skipping: 0,
                    upTo: 100,
                    includingMessages: true
                ).map { letter in
                    FoundDeadLetter(
                        id: letter.id?.text,
                        task: letter.task?.text,
                        reason: letter.reason,
                        content: try #require(letter.content)
                    )
                }
            }
        )
    }

    func close() {
        for proxy in proxies.withLock({ Array($0.values) }) { proxy.stop() }
    }

    private func proxy(_ worker: String) throws -> AMQPProxy {
        try proxies.withLock { proxies in
            if let proxy = proxies[worker] { return proxy }
            let proxy = try AMQPProxy(before: server.port)
            proxies[worker] = proxy
            return proxy
        }
    }

    private func withMemory(_ broker: AMQPBroker) -> any Broker {
        let memory = FleetMemory(of: vhost) { [results] in MemoryBroker(results, worker: "") }
        return BrokerWithMemory(broker, remembering: memory) { [results] in
            MemoryResultBackend(results, lifetime: nil)
        }
    }

    private func broker(_ worker: String) throws -> AMQPBroker {
        let url = try #require(URLText("amqp://127.0.0.1:\(proxy(worker).port)/\(vhost)"))
        // What was delivered before waits for three seconds else, and the contract has it at once.
        return try AMQPBroker(
            AMQPAddress([url]),
            worker: worker,
            declaring: QueueDeclaration(maxPriority: 9),
            timing: Timing(doubt: Doubt(patience: .zero))
        )
    }
}
