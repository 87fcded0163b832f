import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("after an outage of Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisOutageTests {
    @Test("the time to come back is over by itself")
    func graceEnds() async throws {
        try await RedisServer.with { server in
            let worker = try server.broker()
            _ = try worker.renewLease(holding: [], serving: [.celery])
            try await server.leases().beginOutage()
            #expect(try !worker.renewLease(holding: [], serving: [.celery]))
            let lifetime = try await server.cli("TTL", "tq:outage")
            #expect(Int(lifetime).map { (1...10).contains($0) } == true)
        }
    }

    @Test("a worker that comes after a long time without any recovers at once what there is")
    func longAgo() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            try dead.send([.sample()])
            _ = try dead.receive(from: [.celery], upTo: 1)
            try await server.leases().expire("dead")
            _ = try await server.cli(
                "SET",
                "tq:renewed",
                "\(Int(Timestamp.now().secondsSinceEpoch) - 100)"
            )
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
