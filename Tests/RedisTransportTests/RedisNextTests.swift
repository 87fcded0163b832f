import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("what comes next in Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisNextTests {
    @Test("a worker that was taken for dead does not send its retry")
    func isFenced() async throws {
        try await RedisServer.with { server in
            let paused = try server.broker("paused")
            let message = OutgoingMessage.sample()
            try paused.send([message])
            let delivery = try #require(try paused.receive(from: [.celery], upTo: 1).first)
            _ = try await server.cli("ZADD", "tq:workers", "XX", "1", "paused")
            _ = try server.broker("live").recoverTasks()
            let now = OutgoingMessage.sample(id: message.id)
            let later = OutgoingMessage.sample(id: message.id, eta: .now() + .seconds(60))
            let retry = StoredResult(id: message.id, state: .retry, result: .null)
            let finished = delivery.finished(retry, next: [now, later])
            #expect(try paused.finish([finished]).map(\.tag) == [delivery.tag])
            #expect(try await server.cli("LLEN", "celery") == "0")
            #expect(try await server.cli("ZCARD", "tq:suspects:celery") == "1")
            #expect(try await server.cli("EXISTS", "tq:delayed:celery") == "0")
            #expect(try server.results().fetch([message.id]) == [.pending])
        }
    }

    @Test("a connection that is lost loses no retry and sends none twice")
    func isSentOnce() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let messages = OutgoingMessage.samples(2)
            try broker.send(messages)
            let deliveries = try broker.receive(from: [.celery], upTo: 2)
            let finished = deliveries.map { $0.finished(next: [.sample()]) }
            _ = try await server.cli("CLIENT", "KILL", "TYPE", "normal")
            #expect(throws: BrokerError.self) { try broker.finish(finished) }
            #expect(try await server.cli("LLEN", "celery") == "0")
            let next = try server.broker()
            try next.requeueAllBut(deliveries.map(\.tag))
            #expect(try next.finish(finished).isEmpty)
            #expect(try next.finish(finished).map(\.tag) == deliveries.map(\.tag))
            #expect(try await server.cli("LLEN", "celery") == "2")
        }
    }

    @Test("only a queue that a tq worker serves has delayed tasks in the delayed set")
    func delays() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let names = ["own", "celerys", "served", "new"]
            let queues = try names.map { try QueueName.named($0) }
            for name in names.dropLast() {
                _ = try await server.cli("SADD", "_kombu.binding.\(name)", "\(name)")
            }
            #expect(try !broker.renewLease(holding: [], serving: [queues[2]]))
            try broker.send([.sample(queues[0])])
            let delivery = try #require(try broker.receive(from: queues, upTo: 1).first)
            let next = queues.map { OutgoingMessage.sample($0, eta: .now() + .seconds(60)) }
            #expect(try broker.finish([delivery.finished(next: next)]).isEmpty)
            for (name, isDelayed) in zip(names, [true, false, true, true]) {
                let delayed = try await server.cli("EXISTS", "tq:delayed:\(name)")
                #expect(delayed == (isDelayed ? "1" : "0"), "\(name)")
                #expect(try await server.cli("LLEN", name) == (isDelayed ? "0" : "1"), "\(name)")
            }
        }
    }

    @Test("where it cannot be put its task is not finished either")
    func wrongType() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let messages = OutgoingMessage.samples(2)
            try broker.send(messages)
            let deliveries = try broker.receive(from: [.celery], upTo: 2)
            _ = try await server.cli("SET", "other", "text")
            let finished = [
                deliveries[0].finished(.success(messages[0].id)),
                deliveries[1].finished(next: [.sample(), .sample(try .named("other"))]),
            ]
            let error = #expect(throws: BrokerError.self) { try broker.finish(finished) }
            guard case .unusable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try server.results().fetch(messages.map(\.id)) == [.pending, .pending])
            #expect(try await server.cli("LLEN", "celery") == "0")
            _ = try await server.cli("DEL", "other")
            #expect(try broker.finish(finished).isEmpty)
            #expect(try await server.cli("LLEN", "celery") == "1")
            #expect(try await server.cli("LLEN", "other") == "1")
        }
    }

    @Test("a server whose memory is full takes it, for it gets a message back")
    func fullMemory() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            try broker.send([.sample()])
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            _ = try await server.cli("CONFIG", "SET", "maxmemory", "1")
            #expect(throws: BrokerError.self) { try broker.send([.sample()]) }
            let finished = delivery.finished(next: [.sample()])
            #expect(try broker.finish([finished]).isEmpty)
            #expect(try await server.cli("LLEN", "celery") == "1")
        }
    }

    @Test("that it was sent is remembered for as long as results are kept")
    func lifetimes() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker(resultLifetime: .seconds(600))
            try broker.send([.sample(ignoresResult: true)])
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            let next = [OutgoingMessage.sample(), .sample(id: TaskID("named"))]
            #expect(try broker.finish([delivery.finished(next: next)]).isEmpty)
            let keys = try await server.cli("KEYS", "tq:sent:*").split(separator: "\n")
            #expect(keys.count == 2)
            for key in keys {
                let lifetime = try #require(Int(try await server.cli("TTL", String(key))))
                #expect((590...4_200).contains(lifetime), "\(key)")
            }
        }
    }

    @Test(
        "a retry is a message that Celery's worker takes and runs",
        .requires(Celery.isInstalled, "Celery"),
        .timeLimit(.minutes(60))
    )
    func toCelery() async throws {
        try await RedisServer.with { server in
            let script = "import celery_app; print(celery_app.whoami.delay(2, k='é').id)"
            let sent = try await Celery.python(script, broker: server.url).succeeded()
            let id = TaskID(try #require(sent.lines.first))
            let broker = try server.broker()
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            let retry = StoredResult(id: id, state: .retry, result: .null)
            let again = try Self.retry(of: delivery)
            #expect(try broker.finish([delivery.finished(retry, next: [again])]).isEmpty)
            #expect(try server.results().fetch([id]) == [.stored(retry)])
            try await Celery.withWorker(on: server.url) { _ in
                let limit = Instant.now + .seconds(30)
                let end = try server.results().awaitFinal([id], until: limit)
                let seen = try #require(end.first?.result)
                #expect(seen[key: "id"]?.string == id.text)
                #expect(seen[key: "retries"]?.integer == 1)
                #expect(seen[key: "args"]?.text == "[2]")
                #expect(seen[key: "kwargs"]?[key: "k"]?.string == "é")
                try await eventually { try await server.cli("EXISTS", "unacked") == "0" }
            }
        }
    }

    /// The message once more, as Celery's own retry has it: the same id, one retry more, a delivery tag of
    /// its own.
    private static func retry(of delivery: Delivery) throws -> OutgoingMessage {
        var message = try delivery.message()
        let id = try #require(message.headers[key: "id"]?.string)
        let retries = (message.headers[key: "retries"]?.integer ?? 0) + 1
        message.headers = message.headers.setting([
            ("retries", JSONText(wellFormed: Array("\(retries)".utf8)))
        ])
        message.properties = message.properties.setting([
            ("delivery_tag", JSONText(string: UUIDText.random()))
        ])
        return OutgoingMessage(
            id: TaskID(id),
            task: try #require(message.headers[key: "task"]?.string.flatMap(TaskName.init)),
            queue: delivery.queue,
            priority: 0,
            eta: nil,
            expectsResult: true,
            message: message
        )
    }
}
