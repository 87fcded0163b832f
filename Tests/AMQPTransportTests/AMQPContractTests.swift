import Synchronization
import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "RabbitMQ keeps the contract",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: BrokerClause.all.count),
    .serialized,
    .timeLimit(.minutes(60))
)
struct AMQPContractTests {
    @Test("for brokers", arguments: BrokerClause.all.indices)
    func broker(_ number: Int) async throws {
        let server = try #require(RabbitServer.current)
        let store = AMQPStore(server, vhost: "v\(number + 1)")
        defer { store.close() }
        try await BrokerClause.all[number].check(store.store)
    }
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

    var store: TaskStore {
        var habits = BrokerHabits()
        habits.priorities = [9, 6, 3, 0]
        habits.tellsNextDue = false
        habits.delayResolution = .milliseconds(1_500)
        habits.servesQueuesInTurn = false
        habits.keepsHeadersToTheByte = false
        habits.finishesInOneStep = true
        return TaskStore(
            capabilities: [.deadLetterStore, .queueControl, .queueCounting],
            habits: habits,
            broker: { try self.broker($0) },
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
