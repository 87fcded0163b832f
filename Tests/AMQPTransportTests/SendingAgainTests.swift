import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "a connection to RabbitMQ that is lost while it sends",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 1),
    .timeLimit(.minutes(60))
)
struct SendingAgainTests {
    @Test("costs no message: what was not confirmed is sent again, under its id, and says so")
    func bulk() async throws {
        let server = try #require(RabbitServer.current)
        let proxy = try AMQPProxy(before: server.port)
        defer { proxy.stop() }
        let address = try AMQPAddress([
            try #require(URLText("amqp://127.0.0.1:\(proxy.port)/v1"))
        ])
        let messages = OutgoingMessage.samples(20_000)
        async let sending = onThread {
            var connection = SendingConnection(within: .seconds(60)) {
                (_) throws(BrokerError) in try AMQPBroker(address)
            }
            let sent = connection.sendFirst(of: messages[...])
            return (sent.holders.count, sent.failure)
        }
        let looking = try AMQPBroker(AMQPAddress([try #require(URLText(server.url("v1")))]))
        try await eventually { try looking.count(waitingIn: .celery) > 1_000 }
        proxy.cut()
        let (count, failure) = try await sending
        #expect(failure == nil)
        #expect(count == messages.count)
        var (found, again): ([TaskID], Set<TaskID>) = ([], [])
        let worker = try AMQPBroker.worker(
            at: server.url("v1"),
            Timing(doubt: Doubt(patience: .zero))
        )
        try await eventually(timeout: .seconds(60)) {
            let deliveries = try worker.receive(from: [.celery], upTo: 30_000)
            for delivery in deliveries {
                let id = try delivery.taskID()
                if delivery.comesAgain { again.insert(id) }
                found.append(id)
            }
            _ = try worker.finish(deliveries.map { $0.finished() })
            return Set(found).count == messages.count
        }
        // Each that is there twice says the second time that it may be.
        let twice = Dictionary(grouping: found) { $0 }.filter { $1.count > 1 }.keys
        #expect(Set(twice).isSubset(of: again))
        #expect(!again.isEmpty && again.count < 2_000)
    }
}
