import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "a task whose workers are lost, on RabbitMQ",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 6),
    .timeLimit(.minutes(60))
)
struct LossTests {
    /// A worker's connection, whose copies come back after 1.5 s.
    private func connect(
        _ vhost: Int,
        declaring declaration: QueueDeclaration = QueueDeclaration()
    ) throws -> AMQPBroker {
        let server = try #require(RabbitServer.current)
        let holding = Holding(patience: .seconds(30), renewal: .milliseconds(500))
        let timing = Timing(holding: holding, doubt: Doubt(patience: .zero))
        return try AMQPBroker.worker(
            at: server.url("v\(vhost)"),
            declaring: declaration,
            timing
        )
    }

    /// Takes the next tasks, as soon as there are some, and gives the connection up with them.
    private func takeAndDie(_ vhost: Int, upTo limit: Int = 1) async throws -> [Delivery] {
        let broker = try connect(vhost)
        var taken: [Delivery] = []
        try await eventually {
            taken = try broker.receive(from: [.celery], upTo: limit)
            return !taken.isEmpty
        }
        return taken
    }

    @Test("is run by itself when two were, and set aside when three were")
    func counted() async throws {
        try connect(1).send([.sample()])
        let first = try await takeAndDie(1)
        #expect(first.map(\.losses) == [0] && first.map(\.comesAgain) == [false])
        // The server says that it was delivered, and not whether it was begun.
        let second = try await takeAndDie(1)
        #expect(second.map(\.losses) == [0] && second.map(\.comesAgain) == [true])
        let third = try await takeAndDie(1)
        #expect(third.map(\.losses) == [2])
        let last = try await takeAndDie(1)
        #expect(last.map(\.losses) == [3] && last.map(\.standing) == [.poison])
    }

    @Test("takes none of its neighbours with it")
    func neighbours() async throws {
        try connect(2).send(OutgoingMessage.samples(4))
        for _ in 0..<2 {
            let taken = try await takeAndDie(2, upTo: 4)
            #expect(taken.count == 4)
        }
        // Each by itself: the first of them kills, the others end.
        let broker = try connect(2)
        var ids: [TaskID] = []
        try await eventually {
            let taken = try broker.receive(from: [.celery], upTo: 4)
            for delivery in taken {
                #expect(delivery.losses == 2 && delivery.standing == .open)
                ids.append(try delivery.taskID())
                #expect(try broker.finish([delivery.finished()]).isEmpty)
            }
            return ids.count == 4
        }
        #expect(Set(ids).count == 4)
    }

    @Test("comes again for the next worker too, when one puts it back on a quorum queue")
    func putBackOnQuorumQueue() async throws {
        try connect(6, declaring: QueueDeclaration(isQuorum: true)).send([.sample()])
        let first = try await takeAndDie(6)
        #expect(first.map(\.comesAgain) == [false])
        let broker = try connect(6)
        let watch = try broker.watchArrivals(on: [.celery])
        try watch.resume(upTo: 1)
        try await eventually {
            try watch.clear()
            return !broker.arrived.isEmpty
        }
        try watch.suspend()
        try await eventually {
            try await broker.tendForAMoment()
            return broker.arrived.isEmpty
        }
        let next = try await takeAndDie(6)
        #expect(next.map(\.comesAgain) == [true] && next.map(\.losses) == [0])
    }

    @Test("is left where it is by a worker that runs others, and so is all else meanwhile")
    func waits() async throws {
        try connect(3).send([.sample()])
        for _ in 0..<2 { _ = try await takeAndDie(3) }
        let broker = try connect(3)
        let other = OutgoingMessage.sample()
        try broker.send([other])
        let held = try broker.receiveOne()
        try await eventually {
            let taken = try broker.receive(from: [.celery], upTo: 4, in: .quiet)
            #expect(taken.isEmpty)
            return broker.suspectsLeft == .toThis
        }
        let watch = try broker.watchArrivals(on: [.celery])
        #expect(watch.longestWait == nil)
        #expect(try broker.finish([held.finished()]).isEmpty)
        let alone = try broker.receive(from: [.celery], upTo: 4, in: .alone)
        #expect(alone.map(\.losses) == [2])
    }

    @Test("keeps its count when a worker puts it back, and gains none")
    func putBack() async throws {
        try connect(4).send([.sample()])
        for _ in 0..<2 { _ = try await takeAndDie(4) }
        let broker = try connect(4)
        for eta in [nil, Timestamp.now() + .seconds(1)] {
            var taken: [Delivery] = []
            try await eventually {
                taken = try broker.receive(from: [.celery], upTo: 1)
                return !taken.isEmpty
            }
            #expect(taken.map(\.losses) == [2])
            #expect(try broker.requeue([RequeuedTask(taken[0], eta: eta)]).isEmpty)
        }
        let last = try await takeAndDie(4)
        #expect(last.map(\.losses) == [2])
    }

    @Test("that its sender calls lost is not set aside for that")
    func forged() async throws {
        var message = OutgoingMessage.sample()
        message.message.headers = message.message.headers.setting([("tq_losses", .number(99))])
        try connect(5).send([message])
        let taken = try await takeAndDie(5)
        #expect(taken.map(\.losses) == [2] && taken.map(\.standing) == [.open])
    }
}
