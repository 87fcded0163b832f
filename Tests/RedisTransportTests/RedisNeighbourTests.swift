import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite(
    "results in Redis beside other databases, and past their time",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct RedisNeighbourTests {
    @Test("what is announced in another database ends no wait, and tells no progress")
    func otherDatabase() async throws {
        try await RedisServer.with { server in
            let id = TaskID("job")
            let mine = try RedisResultBackend(
                server.address(database: 1),
                timeout: .seconds(30),
                resultLifetime: nil
            )
            var heard: [StoredResult] = []
            func wait(_ time: Duration) throws -> [StoredResult] {
                try mine.awaitFinal([id], until: .now + time) { heard += $0 }
            }
            #expect(try wait(.zero).isEmpty)
            let theirs = try server.results()
            try theirs.store([StoredResult(id: id, state: .progress, result: .null)])
            try theirs.store([.success(id)])
            #expect(try wait(.milliseconds(300)).isEmpty)
            #expect(heard.isEmpty)
            let own = StoredResult.failure(id)
            try RedisResultBackend(
                server.address(database: 1),
                timeout: .seconds(30),
                resultLifetime: nil
            ).store([own])
            #expect(try wait(.seconds(4)) == [own])
        }
    }

    @Test("a task whose result has expired is not pending; a delayed one is, however long")
    func expired() async throws {
        try await RedisServer.with { server in
            let lifetime = Duration.seconds(1)
            let broker = try server.broker(resultLifetime: lifetime)
            let ended = OutgoingMessage.sample()
            let waiting = OutgoingMessage.sample(eta: .now() + .seconds(7 * 86_400))
            let named = OutgoingMessage.sample(id: TaskID("n"), eta: waiting.eta, sending: "1")
            try broker.send([ended])
            try broker.send([waiting, named])
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            #expect(try broker.finish([delivery.finished(.success(ended.id))]).isEmpty)
            let results = try server.results(lifetime: lifetime)
            let ids = [ended.id, waiting.id, named.id]
            try await eventually { try results.fetch(ids) == [.unknown, .pending, .pending] }
            // What comes after it shortens nothing.
            try broker.send([.sample(), .sample(id: TaskID("m"), sending: "1")])
            let record = try #require(TaskIDParts(waiting.id))
            for key in ["tq:sent:\(record.bucket)", "tq:sent:id:n", "tq:latest:n"] {
                let left = Int(try await server.cli("TTL", key)) ?? 0
                #expect(left > 600_000, "\(key)")
            }
        }
    }

    @Test("a sending that is repeated leaves what came of it")
    func repeated() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let tag = TaskID.next().text
            let named = OutgoingMessage.sample(id: TaskID("n"), sending: tag, deliveryTag: tag)
            try broker.sendOnce([named])
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            let success = StoredResult.success(named.id)
            _ = try broker.finish([delivery.finished(success)])
            try broker.sendOnce([named])
            #expect(try server.results().fetch([named.id]) == [.stored(success)])
            #expect(try broker.receive(from: [.celery], upTo: 1).isEmpty)
        }
    }

    @Test("ids without a kept result are remembered by the hour, as long as any worker wants it")
    func forgotten() async throws {
        try await RedisServer.with { server in
            let sent = (0..<3).map { _ in OutgoingMessage.sample() }
            try server.broker().send(sent)
            let record = try #require(TaskIDParts(sent[0].id))
            let key = "tq:forgotten:\(record.bucket)"
            for (message, (lifetime, least)) in zip(sent, [(100, 60), (1000, 900), (10, 900)]) {
                let broker = try server.broker(resultLifetime: .seconds(lifetime))
                let delivery = try broker.receiveOne()
                let task = FinishedTask(delivery, result: nil, forgotten: message.id)
                #expect(try broker.finish([task]).isEmpty)
                #expect((Int(try await server.cli("TTL", key)) ?? 0) >= least)
            }
            let ids = sent.map(\.id)
            #expect(try await server.cli("SCARD", key) == "3")
            let results = try server.results()
            #expect(try results.fetch(ids) == [.unknown, .unknown, .unknown])
            try results.renew([ids[1]])
            #expect(try results.fetch(ids) == [.unknown, .pending, .unknown])
        }
    }
}
