import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "tasks that RabbitMQ delays",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 2),
    .timeLimit(.minutes(60))
)
struct DelayTests {
    private func broker(_ vhost: String) throws -> AMQPBroker {
        let server = try #require(RabbitServer.current)
        return try AMQPBroker(AMQPAddress([try #require(URLText(server.url(vhost)))]))
    }

    @Test("come to their own queue, also where its name ends as another's does")
    func names() async throws {
        let broker = try broker("v1")
        let queues = try ["b", "a.b", "x.a.b"].map(QueueName.named)
        let messages = queues.map { OutgoingMessage.sample($0, eta: .now() + .seconds(1)) }
        try broker.send(messages)
        var taken: [TaskID] = []
        try await eventually(timeout: .seconds(20)) {
            taken += try broker.receiveIDs(from: queues)
            return taken.count >= 3
        }
        // The server puts a message into all its queues in one step: what comes twice is there.
        taken += try broker.receiveIDs(from: queues)
        #expect(taken.map(\.text).sorted() == messages.map(\.id.text).sorted())
    }

    @Test("are refused where the server cannot keep them, with the reason")
    func refusals() throws {
        let broker = try broker("v2")
        let late = OutgoingMessage.sample(eta: .now() + .seconds(300_000_000))
        let star = OutgoingMessage.sample(try .named("a.*"), eta: .now() + .seconds(5))
        let long = OutgoingMessage.sample(
            try .named(String(repeating: "q", count: 200)),
            eta: .now() + .seconds(5)
        )
        for (message, reason) in [(late, "8.5 years"), (star, "* or #"), (long, "196 bytes")] {
            let error = #expect(throws: BrokerError.self) { try broker.send([message]) }
            #expect(error?.description.contains(reason) == true)
            #expect(error?.mayPass == false)
        }
        try broker.send([.sample(try .named("a.*"))])
    }
}
