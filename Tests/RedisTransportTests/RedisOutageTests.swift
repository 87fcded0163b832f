import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("after an outage of Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisOutageTests {
    /// Lets it be so long ago that any worker renewed its lease, which was valid until a second ago.
    private func outage(
        of length: Int,
        for workers: [String],
        on server: RedisServer
    ) async throws {
        let time = try await server.cli("TIME")
        let now = try #require(time.split(separator: "\n").first.flatMap { Int($0) })
        for worker in workers {
            _ = try await server.cli("ZADD", "tq:workers", "XX", "\(now - 1)", worker)
        }
        _ = try await server.cli("SET", "tq:renewed", "\(now - length)")
    }

    @Test("nobody is taken for dead who has had no time to come back", arguments: ["two", "new"])
    func grace(_ first: String) async throws {
        try await RedisServer.with { server in
            let one = try server.broker("one")
            try one.send([.sample()])
            let held = try one.receive(from: [.celery], upTo: 1)
            for worker in ["one", "two"] {
                _ = try server.broker(worker).renewLease(holding: [], serving: [.celery])
            }
            try await outage(of: 11, for: ["one", "two"], on: server)
            let back = try server.broker(first)
            #expect(try !back.renewLease(holding: [], serving: [.celery]))
            #expect(try back.recoverTasks().isEmpty)
            #expect(try one.finish(held.map { FinishedTask($0, result: nil) }).isEmpty)
        }
    }

    @Test("who is still not back when that time is over counts as dead")
    func graceEnds() async throws {
        try await RedisServer.with { server in
            let one = try server.broker("one")
            try one.send([.sample()])
            _ = try one.receive(from: [.celery], upTo: 1)
            let two = try server.broker("two")
            _ = try two.renewLease(holding: [], serving: [.celery])
            try await outage(of: 11, for: ["one", "two"], on: server)
            _ = try two.renewLease(holding: [], serving: [.celery])
            let lifetime = try await server.cli("TTL", "tq:outage")
            #expect(Int(lifetime).map { (1...10).contains($0) } == true)
            _ = try await server.cli("DEL", "tq:outage")
            #expect(try two.recoverTasks().map(\.worker) == ["one"])
        }
    }

    @Test("a worker that comes after a long time without any recovers at once what there is")
    func longAgo() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            try dead.send([.sample()])
            _ = try dead.receive(from: [.celery], upTo: 1)
            try await outage(of: 100, for: ["dead"], on: server)
            let new = try server.broker("new")
            _ = try new.renewLease(holding: [], serving: [.celery])
            #expect(try new.recoverTasks().map(\.tasks) == [1])
        }
    }

    @Test("a connection that its worker has given up takes nothing, however late it is heard")
    func lateTake() async throws {
        try await RedisServer.with { server in
            let old = try server.broker()
            let current = try server.broker()
            try current.send([.sample()])
            try current.requeueAllBut([])
            #expect(try old.receive(from: [.celery], upTo: 1).isEmpty)
            #expect(try current.receive(from: [.celery], upTo: 1).count == 1)
        }
    }
}
