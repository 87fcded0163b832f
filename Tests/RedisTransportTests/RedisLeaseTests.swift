import Glibc
import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("workers' leases in Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisLeaseTests {
    @Test("who goes on with a recovery that was cut short counts all that the dead worker held")
    func recoveryIsCutShort() async throws {
        try await RedisServer.with { server in
            let message = OutgoingMessage.sample()
            try server.broker().send([message])
            for round in 1...4 {
                let dead = "dead-\(round)"
                #expect(try server.broker(dead).receive(from: [.celery], upTo: 1).count == 1)
                // Another has found two tasks, and put one of them back before it was killed itself.
                _ = try await server.cli("SET", "tq:finding:\(dead)", "2 ")
                try await server.leases().expire(dead)
                #expect(try server.broker("live").recoverTasks().map(\.tasks) == [1])
                #expect(try await server.cli("EXISTS", "tq:finding:\(dead)").contains("0"))
            }
            #expect(try server.broker().receive(from: [.celery], upTo: 1).map(\.losses) == [2])
        }
    }

    @Test("a suspect waits where Celery's workers do not look, and nothing of it stays behind")
    func suspectsHaveTheirPlace() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            try dead.send(OutgoingMessage.samples(2))
            #expect(try dead.receive(from: [.celery], upTo: 2).count == 2)
            try await server.leases().expire("dead")
            let live = try server.broker("live")
            _ = try live.recoverTasks()
            #expect(try await server.cli("LLEN", "celery").contains("0"))
            #expect(try await server.cli("ZCARD", "tq:suspects:celery").contains("2"))
            for _ in 0..<2 {
                let delivery = try #require(try live.receive(from: [.celery], upTo: 5).first)
                #expect(try live.finish([FinishedTask(delivery, result: nil)]).isEmpty)
            }
            #expect(try live.receive(from: [.celery], upTo: 5).isEmpty)
            #expect(try await server.cli("EXISTS", "tq:suspected", "unacked").contains("0"))
        }
    }

    @Test("a worker without a name is nobody, and means nobody else")
    func nameless() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker("a")
            try broker.send([.sample()])
            #expect(try broker.receive(from: [.celery], upTo: 1).count == 1)
            _ = try await server.cli("ZADD", "tq:workers", "1", "")
            #expect(try server.broker("other").recoverTasks().isEmpty)
            #expect(try await server.cli("HLEN", "unacked") == "1")
            #expect(try await server.cli("ZSCORE", "tq:workers", "") == "")
        }
    }

    @Test("what knows of leases may go: what nobody renews is given back after three leases")
    func evictedLeases() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            let live = try server.broker("live")
            try dead.send(OutgoingMessage.samples(2))
            #expect(try dead.receive(from: [.celery], upTo: 1).count == 1)
            let held = try live.receive(from: [.celery], upTo: 1).map(\.tag)
            // Celery's worker has its own.
            _ = try await server.cli("ZADD", "unacked_index", "1", "0b87d3a6")
            _ = try await server.cli("DEL", "tq:workers", "tq:renewed")
            #expect(try live.recoverTasks().isEmpty)
            let keys =
                "local old = redis.call('TIME')[1] - 31 for _, tag in ipairs(redis.call('ZRANGE', "
                + "'unacked_index', 0, -1)) do redis.call('ZADD', 'unacked_index', old, tag) end"
            _ = try await server.cli("EVAL", keys, "0")
            _ = try live.renewLease(holding: held, serving: [.celery])
            #expect(try server.broker("next").recoverTasks().map(\.worker) == ["dead"])
            #expect(try live.receive(from: [.celery], upTo: 5).count == 1)
            #expect(try await server.cli("ZCARD", "unacked_index") == "3")
        }
    }

    @Test(
        "what stands in unacked alone has a place in the index again, and the other way round none"
    )
    func evictedIndex() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            try dead.send(OutgoingMessage.samples(3))
            let held = try dead.receive(from: [.celery], upTo: 3)
            _ = try await server.cli("DEL", "unacked_index")
            // Whoever holds it can end it all the same.
            #expect(try dead.finish([held[0].finished()]).isEmpty)
            _ = try await server.cli("ZADD", "unacked_index", "1", "tq:dead:a:1:9")
            try await server.leases().expire("dead")
            let live = try server.broker("live")
            _ = try await server.cli("ZREM", "unacked_index", "tq:dead:a:1:9")
            #expect(try live.recoverTasks().map(\.tasks) == [2])
            #expect(try await server.cli("EXISTS", "unacked", "unacked_index") == "0")
            _ = try await server.cli("ZADD", "unacked_index", "1", "tq:dead:a:1:9")
            #expect(try server.broker("next").recoverTasks().isEmpty)
            #expect(try await server.cli("EXISTS", "unacked_index") == "0")
        }
    }

    @Test("a lease that is longer than any is cut", arguments: ["inf", "9999999999"])
    func endless(_ score: String) async throws {
        try await RedisServer.with { server in
            _ = try await server.cli("ZADD", "tq:workers", score, "x")
            #expect(try server.broker("live").recoverTasks().isEmpty)
            let end = try #require(Double(try await server.cli("ZSCORE", "tq:workers", "x")))
            #expect(end < Timestamp.now().secondsSinceEpoch + 20)
        }
    }

    @Test(
        "what a dead worker held and nobody can put back is a dead letter",
        arguments: [
            "[{},\"\",\"unacked\"]", "[{},\"\",\"tq:workers\"]", "[{},\"\",\"a\\u0006\\u00163\"]",
            "{}",
            "text", "", "[1,2]", "[{},\"\",7]",
        ]
    )
    func strays(_ value: String) async throws {
        try await RedisServer.with { server in
            _ = try await server.cli("ZADD", "tq:workers", "1", "dead")
            _ = try await server.cli("ZADD", "unacked_index", "1", "tq:dead:a:1:0")
            _ = try await server.cli("HSET", "unacked", "tq:dead:a:1:0", value)
            let live = try server.broker("live")
            #expect(try live.recoverTasks().map(\.tasks) == [1])
            #expect(try await server.cli("EXISTS", "unacked", "unacked_index") == "0")
            #expect(try await server.cli("ZCARD", "tq:dead:celery") == "1")
            #expect(try await server.cli("ZCARD", "tq:workers") == "0")
            let letters = try live.deadLetters(
                of: .celery,
                skipping: 0,
                upTo: 9,
                includingMessages: true
            )
            #expect(letters.first?.reason.isEmpty == false)
        }
    }

    @Test("a queue that holds something else keeps nobody's other tasks from being given back")
    func unusableQueue() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            let other = try QueueName.named("other")
            try dead.send([.sample(), .sample(other)])
            #expect(try dead.receive(from: [.celery, other], upTo: 2).count == 2)
            for key in ["celery", "tq:suspects:celery"] {
                _ = try await server.cli("SET", key, "text")
            }
            try await server.leases().expire("dead")
            let live = try server.broker("live")
            let error = #expect(throws: BrokerError.self) { try live.recoverTasks() }
            #expect(error?.description.contains("celery") == true)
            #expect(try live.receive(from: [.celery, other], upTo: 2).map(\.queue) == [other])
            #expect(live.complaint?.description.contains("LRANGE celery") == true)
            _ = try await server.cli("DEL", "celery", "tq:suspects:celery")
            #expect(try live.recoverTasks().map(\.tasks) == [1])
            #expect(try live.receive(from: [.celery, other], upTo: 2).map(\.queue) == [.celery])
            #expect(live.complaint == nil)
        }
    }
}
