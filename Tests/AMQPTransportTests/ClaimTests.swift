import TestSupport
import Testing

@testable import AMQPTransport
@testable import TaskQueue

@Suite(
    "a task whose worker lives and has lost its connection",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .rabbitServer(vhosts: 7),
    .timeLimit(.minutes(60))
)
struct ClaimTests {
    /// A worker's connection, which waits for claims for a second.
    private func connect(
        _ vhost: Int,
        _ first: FirstDeliveries = FirstDeliveries()
    ) throws -> AMQPBroker {
        let server = try #require(RabbitServer.current)
        let timing = Timing(doubt: Doubt(patience: .seconds(1)))
        return try AMQPBroker.worker(at: server.url("v\(vhost)"), remembering: first, timing)
    }

    /// Takes a task over a connection that is lost then.
    private func takeAndLose(_ vhost: Int) throws -> Delivery {
        let broker = try connect(vhost)
        return try broker.receiveOne()
    }

    /// Takes what comes within some seconds.
    private func take(_ broker: AMQPBroker, within limit: Duration) async throws -> [Delivery] {
        let end = Instant.now + limit
        var taken: [Delivery] = []
        while taken.isEmpty, Instant.now < end {
            taken = try broker.receive(from: [.celery], upTo: 2)
            if taken.isEmpty { try await broker.tendForAMoment() }
        }
        return taken
    }

    @Test("is not run by another, and by nobody when it has ended")
    func ended() async throws {
        try connect(1).send([.sample()])
        let lost = try takeAndLose(1)
        let (back, other) = (try connect(1), try connect(1))
        try back.claim([lost.tag])
        #expect(try await take(other, within: .seconds(4)).isEmpty)
        try back.release([lost.tag], ended: [lost.tag])
        let again = try await take(other, within: .seconds(40))
        #expect(again.map(\.standing) == [.ended(nil)])
        #expect(try other.finish(again.map { $0.finished() }).isEmpty)
        #expect(try await take(other, within: .seconds(2)).isEmpty)
    }

    @Test("is run by another when the worker gives it up, or dies")
    func givenUp() async throws {
        for isReleased in [true, false] {
            try connect(2).send([.sample()])
            let lost = try takeAndLose(2)
            var back: AMQPBroker? = try connect(2)
            try back?.claim([lost.tag])
            let other = try connect(2)
            for _ in 0..<6 {
                // Longer than a claim holds that is not renewed.
                #expect(try await take(other, within: .seconds(2)).isEmpty)
                try back?.tend()
            }
            if isReleased { try back?.release([lost.tag], ended: []) } else { back = nil }
            let again = try await take(other, within: .seconds(40))
            #expect(again.map(\.standing) == [.open])
            #expect(try other.finish(again.map { $0.finished() }).isEmpty)
        }
    }

    @Test("is not run a second time by the worker itself")
    func itself() async throws {
        try connect(3).send([.sample()])
        let lost = try takeAndLose(3)
        let back = try connect(3)
        try back.claim([lost.tag])
        #expect(try await take(back, within: .seconds(4)).isEmpty)
        try back.release([lost.tag], ended: [lost.tag])
        #expect(try await take(back, within: .seconds(40)).map(\.standing) == [.ended(nil)])
    }

    @Test("keeps nobody from other tasks meanwhile")
    func others() async throws {
        try connect(4).send([.sample()])
        _ = try takeAndLose(4)
        let other = try connect(4)
        var taken: [Delivery] = []
        try await eventually {
            taken += try other.receive(from: [.celery], upTo: 1)
            return other.suspectsLeft == .toOthers
        }
        let next = OutgoingMessage.sample()
        try other.send([next])
        #expect(taken.isEmpty)
        let first = try await take(other, within: .seconds(5))
        #expect(try first.map { try $0.taskID() } == [next.id])
    }

    @Test("is run as soon as there is room, however much else waits")
    func crowd() async throws {
        let (message, other) = (OutgoingMessage.sample(), try connect(5))
        try other.send([message])
        _ = try takeAndLose(5)
        try connect(5).send(OutgoingMessage.samples(200))
        let watch = try other.watchArrivals(on: [.celery])
        var ids: [TaskID] = []
        // One at a time, and none wanted in between, as with a worker whose slots are full.
        while !ids.contains(message.id), ids.count < 100 {
            for delivery in try other.receive(from: [.celery], upTo: 1) {
                try watch.suspend()
                try await Task.sleep(for: .milliseconds(100))  // It runs so long.
                ids.append(try delivery.taskID())
                #expect(try other.finish([delivery.finished()]).isEmpty)
            }
        }
        #expect(ids.contains(message.id))
    }

    @Test("is run by another in time, though connections are lost again and again")
    func storm() async throws {
        try connect(6).send([.sample()])
        _ = try takeAndLose(6)
        let (first, end) = (FirstDeliveries(), Instant.now + .seconds(60))
        var taken: [Delivery] = []
        while taken.isEmpty, Instant.now < end {
            // Each for less than it waits for a claim.
            let other = try connect(6, first)
            taken = try await take(other, within: .milliseconds(400))
        }
        #expect(taken.map(\.standing) == [.open])
    }

    @Test("has ended, but not the task that is sent under its id again")
    func sentAgain() async throws {
        var message = OutgoingMessage.sample()
        for sending in ["one", "two"] {
            let mark = (key: NamedSending.header, value: JSONText(string: sending))
            message.message.headers = message.message.headers.setting([mark])
            try connect(7).send([message])
            let lost = try takeAndLose(7)
            try connect(7).release([lost.tag], ended: sending == "one" ? [lost.tag] : [])
            let other = try connect(7)
            let again = try await take(other, within: .seconds(20))
            #expect(again.map(\.standing) == [sending == "one" ? .ended(nil) : .open])
            #expect(try other.finish(again.map { $0.finished() }).isEmpty)
        }
    }
}
