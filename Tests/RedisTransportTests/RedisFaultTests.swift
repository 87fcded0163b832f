import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("Redis's faults", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisFaultTests {
    @Test("a server that has forgotten the scripts is told them again")
    func flushedScripts() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let messages = OutgoingMessage.samples(2)
            try broker.send(messages)
            for message in messages {
                _ = try await server.cli("SCRIPT", "FLUSH")
                let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
                _ = try await server.cli("SCRIPT", "FLUSH")
                let finished = FinishedTask(delivery, result: .success(message.id))
                #expect(try broker.finish([finished]).isEmpty)
            }
        }
    }

    @Test("a key that holds something else is named")
    func wrongType() async throws {
        try await RedisServer.with { server in
            _ = try await server.cli("SET", "celery", "text")
            let broker = try server.broker()
            for work in [
                { try broker.send([.sample()]) },
                { _ = try broker.receive(from: [.celery], upTo: 1) },
            ] {
                let error = #expect(throws: BrokerError.self) { try work() }
                guard case .unusable(_, let reason)? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(reason.hasPrefix("a key that tq uses holds something else"))
            }
        }
    }

    @Test("a server that is gone is lost, and another connection goes on where the first was")
    func restart() async throws {
        try await RedisServer.with("--appendonly", "yes", "--appendfsync", "always") { server in
            let broker = try server.broker()
            let watch = try broker.watchArrivals(on: [.celery])
            try broker.send(OutgoingMessage.samples(2))
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            // Having found all it asked for it has opened the gate, once.
            try watch.resume(upTo: 100)
            #expect(watch.isWoken(within: .seconds(60)))
            try watch.clear()
            try watch.resume(upTo: 100)
            try await server.restart()
            let error = #expect(throws: BrokerError.self) {
                try broker.finish([FinishedTask(delivery, result: nil)])
            }
            guard case .connectionLost = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(watch.isWoken(within: .seconds(60)))
            #expect(throws: BrokerError.self) { try watch.clear() }
            let next = try server.broker()
            let other = try #require(try next.receive(from: [.celery], upTo: 5).first)
            #expect(other.tag != delivery.tag)
            let both = [delivery, other].map { FinishedTask($0, result: nil) }
            #expect(try next.finish(both).isEmpty)
        }
    }

    @Test(
        "a user who may not do all leaves tasks where they are",
        arguments: ["rpush", "hset", "zadd", "ltrim"]
    )
    func forbidden(_ command: String) async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            try dead.send(OutgoingMessage.samples(2))
            let held = try dead.receive(from: [.celery], upTo: 1)
            _ = try await server.cli(
                ["ACL", "SETUSER", "me", "on", ">pw", "~*", "&*", "+@all", "-\(command)"]
            )
            let broker = try RedisBroker(
                .reading("redis://me:pw@127.0.0.1:\(server.port)"),
                worker: "dead",
                timeout: .seconds(5),
                resultLifetime: nil
            )
            _ = try? broker.requeue(held.map { RequeuedTask($0) })
            _ = try? broker.receive(from: [.celery], upTo: 5)
            _ = try? broker.deadLetter(held.map { DeadLetter($0, reason: "broken") })
            _ = try await server.cli("ZADD", "tq:workers", "XX", "1", "dead")
            _ = try? broker.recoverTasks()
            let places = [
                ["LLEN", "celery"], ["HLEN", "unacked"], ["ZCARD", "tq:dead:celery"],
                ["ZCARD", "tq:suspects:celery"],
            ]
            var count = 0
            for place in places { count += Int(try await server.cli(place)) ?? 0 }
            #expect(count >= 2, "a task is lost without \(command)")
        }
    }

    @Test("a server whose memory is full lets workers go on, which make room")
    func fullMemory() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let messages = OutgoingMessage.samples(3)
            try broker.send(messages + [.sample(eta: .now() + .milliseconds(500))])
            let first = try broker.receive(from: [.celery], upTo: 1)
            try await eventually {
                try await server.cli(
                    "ZCOUNT",
                    "tq:delayed:celery",
                    "-inf",
                    "(\(Timestamp.now().secondsSinceEpoch)"
                )
                    == "1"
            }
            _ = try await server.cli("CONFIG", "SET", "maxmemory", "1")
            #expect(try broker.renewLease(holding: first.map(\.tag), serving: [.celery]))
            #expect(try broker.finish(first.map { $0.finished(.success(messages[0].id)) }).isEmpty)
            // The delayed one too, which is put on its list first.
            let rest = try broker.receive(from: [.celery], upTo: 5)
            #expect(rest.count == 3)
            #expect(try broker.requeue(rest.map { RequeuedTask($0) }).isEmpty)
            let again = try broker.receive(from: [.celery], upTo: 5)
            #expect(try broker.finish(again.map { $0.finished() }).isEmpty)
            // An empty queue is waited at, too.
            #expect(try broker.receive(from: [.celery], upTo: 5).isEmpty)
            #expect(try broker.recoverTasks().isEmpty)
            try broker.releaseLease(serving: [.celery])
        }
    }

    @Test("a server that may not write now says so, and is not lost")
    func readOnly() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            _ = try await server.cli("REPLICAOF", "127.0.0.1", "1")
            let error = #expect(throws: BrokerError.self) { try broker.send([.sample()]) }
            guard case .refused(_, let reason)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reason.hasSuffix("(READONLY)"))
            _ = try await server.cli("REPLICAOF", "NO", "ONE")
            try broker.send([.sample()])
            #expect(try broker.count(waitingIn: .celery) == 1)
        }
    }
}
