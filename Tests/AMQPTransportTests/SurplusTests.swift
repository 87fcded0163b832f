import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "what has come and is not wanted",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 2),
    .timeLimit(.minutes(60))
)
struct SurplusTests {
    private func connect(_ vhost: Int) throws -> AMQPBroker {
        let server = try #require(RabbitServer.current)
        return try AMQPBroker.worker(at: server.url("v\(vhost)"), Timing())
    }

    /// A worker that holds a task of several, while another has come that it does not want.
    private func overfill(_ broker: AMQPBroker) async throws -> any ArrivalWatch {
        try broker.send(OutgoingMessage.samples(20))
        let taken = try broker.receive(from: [.celery], upTo: 4)
        // The server sends others in their place.
        #expect(try broker.finish(taken.dropLast().map { $0.finished() }).isEmpty)
        try await eventually {
            try broker.reporting { () throws(AMQPFailure) in try broker.readEvents() }
            return !broker.arrived.isEmpty
        }
        let watch = try broker.watchArrivals(on: [.celery])
        try watch.suspend()
        return watch
    }

    @Test("is there, as if new, when it is wanted again soon")
    func again() async throws {
        let broker = try connect(1)
        _ = try await overfill(broker)
        // Those that were put back would come later than others, and marked.
        var taken: [Delivery] = []
        try await eventually {
            taken += try broker.receive(from: [.celery], upTo: 20)
            return taken.count >= 16
        }
        #expect(taken.allSatisfy { !$0.comesAgain })
    }

    @Test("goes to another worker when it is not wanted again, and wakes nobody meanwhile")
    func others() async throws {
        let (broker, other) = (try connect(2), try connect(2))
        let watch = try await overfill(broker)
        #expect(watch.longestWait == nil)
        #expect(try #require(broker.surplusEnd) <= .now + .seconds(1))
        #expect(broker.deadline <= .now + .seconds(1))
        var taken: [Delivery] = []
        try await eventually(timeout: .seconds(60)) {
            try await broker.tendForAMoment()
            taken += try other.receive(from: [.celery], upTo: 20)
            return taken.count == 16
        }
    }
}
