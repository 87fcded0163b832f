import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "a task that runs longer than RabbitMQ waits for its acknowledgement",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .timeLimit(.minutes(60))
)
struct HoldingTests {
    /// Lends a server that waits for five seconds, and connections that know it.
    private func withServer(
        patience: Duration = .seconds(2),
        _ body: (_ connect: () throws -> AMQPBroker) async throws -> Void
    ) async throws {
        let settings = "{consumer_timeout, 5000}, {channel_tick_interval, 1000}"
        try await RabbitServer.with(settings: settings) { server in
            let holding = Holding(patience: patience, renewal: .seconds(1))
            let timing = Timing(holding: holding, doubt: Doubt(patience: .zero))
            try await body { try AMQPBroker.worker(at: server.url(), timing) }
        }
    }

    /// Looks after a connection, as a worker does in each wait.
    private func tend(_ broker: AMQPBroker, for length: Duration) async throws {
        let end = Instant.now + length
        while Instant.now < end { try await broker.tendForAMoment() }
    }

    /// What another worker gets, which then wants no more.
    private func look(_ other: AMQPBroker) throws -> [Delivery] {
        let taken = try other.receive(from: [.celery], upTo: 2)
        try other.watchArrivals(on: [.celery]).suspend()
        return taken
    }

    @Test("is run once, and keeps its connection")
    func finished() async throws {
        try await withServer { connect in
            let (broker, other) = (try connect(), try connect())
            let (message, next) = (OutgoingMessage.sample(), OutgoingMessage.sample())
            try broker.send([message])
            let held = try broker.receiveOne()
            try await tend(broker, for: .seconds(15))
            #expect(try look(other).isEmpty)
            #expect(try broker.finish([held.finished(next: [next])]).isEmpty)
            #expect(try broker.receiveIDs() == [next.id])
            try await tend(broker, for: .seconds(5))
            #expect(try look(other).isEmpty)
        }
    }

    @Test("goes to another worker soon after its own has died, or hung")
    func lost() async throws {
        try await withServer { connect in
            let (broker, other) = (try connect(), try connect())
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let held = try broker.receiveOne()
            try broker.watchArrivals(on: [.celery]).suspend()
            try await tend(broker, for: .seconds(8))
            var taken: [Delivery] = []
            try await eventually(timeout: .seconds(20)) {
                taken += try look(other)
                return !taken.isEmpty
            }
            #expect(try taken.map { try $0.taskID() } == [message.id])
            #expect(try taken[0].isMarkedAsRedelivered)
            #expect(try broker.finish([held.finished()]).map(\.tag) == [held.tag])
            #expect(try other.finish([taken[0].finished()]).isEmpty)
            #expect(try look(other).isEmpty)
        }
    }

    @Test("is run once by the worker that was given it again")
    func again() async throws {
        try await withServer(patience: .seconds(60)) { connect in
            let broker = try connect()
            let message = OutgoingMessage.sample()
            try broker.send([message])
            do { _ = try connect().receiveOne() }
            let held = try broker.receiveOne()
            #expect(held.comesAgain)
            try await tend(broker, for: .seconds(10))
            #expect(try look(connect()).isEmpty)
            #expect(try broker.finish([held.finished()]).isEmpty)
        }
    }

    @Test("can be put back, and set aside")
    func settled() async throws {
        try await withServer { connect in
            let broker = try connect()
            let messages = OutgoingMessage.samples(2)
            try broker.send(messages)
            let held = try broker.receive(from: [.celery], upTo: 2)
            try await tend(broker, for: .seconds(4))
            #expect(try broker.requeue([RequeuedTask(held[0])]).isEmpty)
            #expect(try broker.deadLetter([DeadLetter(held[1], reason: "no")]).isEmpty)
            let again = try broker.receiveOne()
            #expect(try again.taskID() == messages[0].id)
            #expect(try broker.count(waitingIn: #require(QueueName("tq.dead.celery"))) == 1)
        }
    }
}
