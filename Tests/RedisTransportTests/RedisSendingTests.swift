import Glibc
import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("sending to Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisSendingTests {
    /// How the ids of messages came about.
    enum IDs: CaseIterable {
        case own, ignored, given, mixed
    }

    /// Messages as one sender makes them.
    private static func messages(_ count: Int, _ ids: IDs = .own) -> [OutgoingMessage] {
        var (tags, ignored) = (TaskIDSource(), TaskIDSource())
        return (0..<count).map { number in
            let tag = tags.next()
            let ignores = ids == .ignored || ids == .mixed && number % 3 == 1
            let isGiven = ids == .given || ids == .mixed && number % 3 == 2
            let id = isGiven ? TaskID("given-\(number)") : ignores ? ignored.next() : tag
            return .sample(id: id, ignoresResult: ignores, deliveryTag: tag.text)
        }
    }

    private static func connect(to port: Int) throws -> RedisBroker {
        try RedisBroker(
            .reading("redis://127.0.0.1:\(port)"),
            worker: "",
            timeout: .seconds(30),
            resultLifetime: .seconds(600)
        )
    }

    private static func waitingIDs(_ server: RedisServer) throws -> [TaskID] {
        let broker = try server.broker()
        var ids: [TaskID] = []
        while true {
            let more = try broker.receive(from: [.celery], upTo: 400)
            if more.isEmpty { return ids }
            ids += try more.map { try $0.taskID() }
        }
    }

    @Test("a batch is there once, whatever became of the first answer", arguments: IDs.allCases)
    func lostReply(_ ids: IDs) async throws {
        try await RedisServer.with { server in
            try await FaultyProxy.with(before: server.port, .losesReply) { proxy in
                let messages = Self.messages(1_002, ids)
                #expect(throws: BrokerError.self) {
                    try Self.connect(to: proxy.port).sendOnce(messages)
                }
                try Self.connect(to: proxy.port).sendOnce(messages)
                try Self.connect(to: proxy.port).sendOnce(messages)
                #expect(try Self.waitingIDs(server) == messages.map(\.id))
            }
        }
    }

    @Test(
        "a batch is there once if the first request comes after the second",
        arguments: IDs.allCases
    )
    func lateRequest(_ ids: IDs) async throws {
        try await RedisServer.with { server in
            try await FaultyProxy.with(before: server.port, .delaysRequest) { proxy in
                let messages = Self.messages(20, ids)
                #expect(throws: BrokerError.self) {
                    try Self.connect(to: proxy.port).sendOnce(messages)
                }
                #expect(try await server.cli("EXISTS", "celery") == "0")
                try Self.connect(to: proxy.port).sendOnce(messages)
                // Also if the tasks have gone on meanwhile.
                #expect(try Self.waitingIDs(server) == messages.map(\.id))
                proxy.deliver()
                #expect(try Self.waitingIDs(server) == [])
            }
        }
    }

    @Test("an id that is sent again on purpose is sent")
    func sameID() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let id = TaskID.next()
            for given in [id, TaskID("nightly"), id, TaskID("nightly")] {
                var tags = TaskIDSource()
                let tag = tags.next()
                try broker.sendOnce([.sample(id: given, deliveryTag: tag.text)])
            }
            #expect(try await server.cli("LLEN", "celery") == "4")
        }
    }

    @Test("nothing of a batch is sent if a part cannot be put where it goes")
    func wrongType() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            _ = try await server.cli("SET", "other", "text")
            let messages = [OutgoingMessage.sample(), .sample(try .named("other"))]
            let error = #expect(throws: BrokerError.self) { try broker.send(messages) }
            guard case .unusable? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try await server.cli("EXISTS", "celery") == "0")
            #expect(try server.results().fetch(messages.map(\.id)) == [.unknown, .unknown])
            _ = try await server.cli("DEL", "other")
            try broker.send(messages)
            #expect(try await server.cli("LLEN", "other") == "1")
        }
    }

    @Test("a task of which no result is kept stays unknown")
    func ignored() async throws {
        try await RedisServer.with { server in
            let messages = Self.messages(3, .ignored)
            try server.broker(resultLifetime: .seconds(600)).sendOnce(messages)
            let statuses = try server.results().fetch(messages.map(\.id))
            #expect(statuses == [.unknown, .unknown, .unknown])
            let keys = try await server.cli("KEYS", "tq:*").split(separator: "\n")
            #expect(keys.count == 1)
            for key in keys { #expect(Int(try await server.cli("TTL", String(key))) ?? 0 > 0) }
        }
    }

    @Test("a batch of large messages is sent in several steps, each of them once")
    func large() async throws {
        try await RedisServer.with { server in
            let body = [UInt8](repeating: 0x61, count: 2 << 20)
            var messages = Self.messages(6)
            for index in messages.indices { messages[index].message.body = body }
            try await FaultyProxy.with(before: server.port, .losesReply) { proxy in
                #expect(throws: BrokerError.self) {
                    try Self.connect(to: proxy.port).sendOnce(messages)
                }
                let first = Int(try await server.cli("LLEN", "celery")) ?? 0
                #expect((1...3).contains(first))
                try Self.connect(to: proxy.port).sendOnce(messages)
                #expect(try await server.cli("LLEN", "celery") == "6")
            }
        }
    }
}
