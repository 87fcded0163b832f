import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "who leads on RabbitMQ",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 1),
    .timeLimit(.minutes(60))
)
struct LeadTests {
    @Test("is one connection at a time, and another when that one ends, or gives it up")
    func election() async throws {
        let server = try #require(RabbitServer.current)
        let address = try AMQPAddress([try #require(URLText(server.url("v1")))])
        var first: AMQPBroker? = try AMQPBroker(address)
        let (second, third) = (try AMQPBroker(address), try AMQPBroker(address))
        #expect(try first?.lead("g") == true)
        #expect(try first?.lead("g") == true)
        #expect(try second.lead("g") == false)
        #expect(try second.lead("other") == true)
        #expect(try third.lead("other") == false)
        first = nil
        try await eventually { try third.lead("g") }
        try third.resign("g")
        try await eventually { try AMQPBroker(address).lead("g") }
    }

    @Test("is lost with its queue, and had again")
    func queue() async throws {
        let server = try #require(RabbitServer.current)
        let address = try AMQPAddress([try #require(URLText(server.url("v1")))])
        let broker = try AMQPBroker(address)
        #expect(try broker.lead("q"))
        let other = try AMQPBroker(address)
        try other.reporting { () throws(AMQPFailure) in
            try other.connection.deleteQueue("tq.beat.q")
        }
        try await eventually {
            try await broker.tendForAMoment()
            return !broker.isLeading
        }
        #expect(try other.lead("q"))
        #expect(try broker.lead("q") == false)
    }
}
