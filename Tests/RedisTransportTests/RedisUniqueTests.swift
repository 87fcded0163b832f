import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("unique keys in Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisUniqueTests {
    private static func message(
        id: TaskID? = nil,
        for lifetime: Duration? = nil
    ) -> OutgoingMessage {
        var tags = TaskIDSource()
        let tag = tags.next()
        let hold = UniqueHold("key", for: lifetime)
        return .sample(id: id ?? tag, unique: hold, deliveryTag: tag.text)
    }

    private static func connect(to port: Int) throws -> RedisBroker {
        try RedisBroker(
            .reading("redis://127.0.0.1:\(port)"),
            worker: "",
            timeout: .seconds(30),
            resultLifetime: .seconds(600)
        )
    }

    private static func send(
        _ message: OutgoingMessage,
        _ broker: RedisBroker,
        isRepeated: Bool = false
    ) throws -> TaskID? {
        try #require(try broker.sendUnlessHeld([message], isRepeated: isRepeated).first)
    }

    @Test("are strings that hold an id, with a lifetime, and go with the task")
    func keys() async throws {
        try await RedisServer.with { server in
            let broker = try Self.connect(to: server.port)
            for (lifetime, seconds) in [(nil, 2_592_000), (Duration.seconds(90), 90)] {
                let message = Self.message(for: lifetime)
                #expect(try Self.send(message, broker) == nil)
                #expect(try await server.cli("GET", "tq:unique:key") == message.id.text)
                let left = try #require(Int(try await server.cli("TTL", "tq:unique:key")))
                #expect((seconds - 5...seconds).contains(left))
                let sending = try await server.cli("KEYS", "tq:sending:*")
                #expect(Int(try await server.cli("TTL", sending)).map { $0 > 7_000 } == true)
                let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
                #expect(try broker.finish([delivery.finished()]).isEmpty)
                #expect(try await server.cli("EXISTS", "tq:unique:key") == "0")
            }
        }
    }

    @Test("the sender's second try is recognised, whether the first was sent or held")
    func lostReply() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let (first, second) = (Self.message(), Self.message())
            for (message, expected) in [(first, nil), (second, first.id)] {
                try await FaultyProxy.with(before: server.port, .losesReply) { proxy in
                    #expect(throws: BrokerError.self) {
                        try Self.send(message, Self.connect(to: proxy.port))
                    }
                    let holder = try Self.send(message, broker, isRepeated: true)
                    #expect(holder == expected)
                }
            }
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 9).first)
            #expect(try delivery.taskID() == first.id)
            #expect(try broker.finish([delivery.finished()]).isEmpty)
            // Also when the task has ended meanwhile.
            #expect(try Self.send(first, broker, isRepeated: true) == nil)
            #expect(try await server.cli("LLEN", "celery") == "0")
        }
    }

    @Test("a first request that comes after the second does nothing")
    func lateRequest() async throws {
        try await RedisServer.with { server in
            try await FaultyProxy.with(before: server.port, .delaysRequest) { proxy in
                let broker = try server.broker()
                let (first, second) = (Self.message(), Self.message())
                #expect(try Self.send(first, broker) == nil)
                #expect(throws: BrokerError.self) {
                    try Self.send(second, Self.connect(to: proxy.port))
                }
                let again = try Self.connect(to: proxy.port)
                #expect(try Self.send(second, again, isRepeated: true) == first.id)
                let delivery = try #require(try broker.receive(from: [.celery], upTo: 9).first)
                #expect(try broker.finish([delivery.finished()]).isEmpty)
                proxy.deliver()
                #expect(try await server.cli("LLEN", "celery") == "0")
            }
        }
    }

    @Test("a key whose holder has a final record is free", arguments: TaskState.finalOnes)
    func finalRecord(_ state: TaskState) async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let first = Self.message()
            #expect(try Self.send(first, broker) == nil)
            for open in [TaskState.retry, TaskState(rawValue: "STARTED")] {
                try server.results().store([StoredResult(id: first.id, state: open, result: .null)])
                #expect(try Self.send(Self.message(), broker) == first.id)
            }
            try server.results().store([StoredResult(id: first.id, state: state, result: .null)])
            let second = Self.message()
            #expect(try Self.send(second, broker) == nil)
            // The first, should it end after all, does not free the second's.
            let taken = try broker.receive(from: [.celery], upTo: 1)
            #expect(try broker.finish(taken.map { $0.finished() }).isEmpty)
            #expect(try Self.send(Self.message(), broker) == second.id)
        }
    }

    @Test("a record of an earlier task with the same id does not free the key")
    func sameID() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let id = TaskID("nightly")
            for _ in 0..<2 {
                #expect(try Self.send(Self.message(id: id), broker) == nil)
                #expect(try Self.send(Self.message(id: id), broker) == id)
                #expect(try Self.send(Self.message(), broker) == id)
                let delivery = try #require(try broker.receive(from: [.celery], upTo: 9).first)
                #expect(try broker.finish([delivery.finished(.success(id))]).isEmpty)
                #expect(try await server.cli("EXISTS", "tq:unique:key") == "0")
            }
        }
    }

    @Test("what a dead worker held keeps its key, and frees it as the last dies")
    func deadWorkers() async throws {
        try await RedisServer.with { server in
            let sender = try server.broker()
            let first = Self.message()
            #expect(try Self.send(first, sender) == nil)
            for number in 0..<3 {
                #expect(try Self.send(Self.message(), sender) == first.id)
                let worker = try server.broker("worker\(number)")
                #expect(try worker.receive(from: [.celery], upTo: 1).count == 1)
                _ = try await server.cli("ZADD", "tq:workers", "XX", "1", "worker\(number)")
                #expect(try sender.recoverTasks().map(\.tasks) == [1])
            }
            #expect(try await server.cli("ZCARD", "tq:dead:celery") == "1")
            #expect(try Self.send(Self.message(), sender) == nil)
        }
    }

    @Test("a key that holds something else stops nothing from ending")
    func wrongType() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let message = Self.message()
            #expect(try Self.send(message, broker) == nil)
            _ = try await server.cli("DEL", "tq:unique:key")
            _ = try await server.cli("LPUSH", "tq:unique:key", "x")
            #expect(throws: BrokerError.self) { try Self.send(Self.message(), broker) }
            #expect(try await server.cli("LLEN", "celery") == "1")
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            #expect(try broker.finish([delivery.finished()]).isEmpty)
        }
    }
}

extension TaskState {
    fileprivate static let finalOnes = [TaskState.success, .failure, .revoked]
}
