import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("What tq leaves in Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisLimitsTests {
    @Test("every key of tq's own has a lifetime, and goes with its last task otherwise")
    func lifetimes() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker(resultLifetime: .seconds(3_600))
            let named = OutgoingMessage.sample(id: TaskID("nightly"))
            try broker.send([.sample(), named, .sample(eta: .now() + .milliseconds(100))])
            let deliveries = try broker.receive(from: [.celery], upTo: 2)
            #expect(try broker.deadLetter([DeadLetter(deliveries[0], reason: "broken")]).isEmpty)
            let finished = FinishedTask(deliveries[1], result: .success(named.id))
            #expect(try broker.finish([finished]).isEmpty)
            try server.results(lifetime: .seconds(3_600)).forget([.next(), TaskID("other")])
            try await eventually {
                let due = try broker.receive(from: [.celery], upTo: 1)
                return try due.count == broker.finish(due.map { FinishedTask($0, result: nil) })
                    .count + 1
            }
            let keys = try await server.cli("KEYS", "*").split(separator: "\n").map(String.init)
            #expect(keys.contains { $0.hasPrefix("tq:sent:") })
            #expect(keys.contains("tq:dead:celery"))
            #expect(!keys.contains("tq:delayed:celery"))
            for key in keys {
                // -2: it has been over since it was looked for.
                let lifetime = try await server.cli("PTTL", key)
                #expect(lifetime != "-1", "\(key) has no lifetime")
            }
        }
    }

    @Test("of dead letters the latest 100,000 are kept, and none for more than 30 days")
    func deadLetters() async throws {
        try await RedisServer.with { server in
            let fill = """
                local now = tonumber(redis.call('TIME')[1])
                for i = 1, 100005 do redis.call('ZADD', KEYS[1], now - 100, i) end
                redis.call('ZADD', KEYS[2], now - 31 * 86400, 'old')
                """
            _ = try await server.cli("EVAL", fill, "2", "tq:dead:full", "tq:dead:old")
            let broker = try server.broker()
            for name in ["full", "old"] {
                let queue = try QueueName.named(name)
                try broker.send([.sample(queue)])
                let delivery = try #require(try broker.receive(from: [queue], upTo: 1).first)
                #expect(try broker.deadLetter([DeadLetter(delivery, reason: "broken")]).isEmpty)
            }
            #expect(try await server.cli("ZCARD", "tq:dead:full") == "100000")
            #expect(try await server.cli("ZCARD", "tq:dead:old") == "1")
        }
    }

    @Test("a bulk of any size by one sender is remembered in one field an hour")
    func sentRecords() async throws {
        try await RedisServer.with { server in
            let messages = OutgoingMessage.samples(1_000)
            try server.broker(resultLifetime: .seconds(60)).send(messages)
            let keys = try await server.cli("KEYS", "tq:sent:*").split(separator: "\n").map(
                String.init
            )
            // Two, if the hour ends just now.
            #expect((1...2).contains(keys.count))
            for key in keys { #expect(try await server.cli("HLEN", key) == "1") }
            let statuses = try server.results().fetch(messages.map(\.id))
            #expect(statuses.allSatisfy { $0 == .pending })
        }
    }
}
