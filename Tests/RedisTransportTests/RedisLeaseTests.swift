import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("workers' leases in Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisLeaseTests {
    /// Lets a worker's lease run out.
    private func kill(_ worker: String, on server: RedisServer) async throws {
        _ = try await server.cli("ZADD", "tq:workers", "XX", "1", worker)
    }

    @Test("what a dead worker held is delivered again, in order and before all else")
    func recovers() async throws {
        try await RedisServer.with { server in
            let dead = try server.broker("dead")
            let messages = OutgoingMessage.samples(3)
            try dead.send(messages)
            _ = try dead.receive(from: [.celery], upTo: 2)
            try await kill("dead", on: server)
            let live = try server.broker("live")
            let recovered = try live.recoverTasks()
            #expect(recovered.map(\.worker) == ["dead"])
            #expect(recovered.map(\.tasks) == [2])
            let again = try live.receive(from: [.celery], upTo: 3)
            #expect(try again.map { TaskMessage.id(of: try $0.message()) } == messages.map(\.id))
            #expect(try live.recoverTasks().isEmpty)
        }
    }

    @Test("a worker that was taken for dead cannot finish what others have by then")
    func isFenced() async throws {
        try await RedisServer.with { server in
            let paused = try server.broker("paused")
            try paused.send([.sample()])
            let delivery = try #require(try paused.receive(from: [.celery], upTo: 1).first)
            try await kill("paused", on: server)
            _ = try server.broker("live").recoverTasks()
            let lost = try paused.finish([FinishedTask(delivery, result: nil)])
            #expect(lost.map(\.tag) == [delivery.tag])
            #expect(try !paused.renewLease(holding: [], serving: [.celery]))
        }
    }

    @Test("a task under which three workers died is set aside")
    func poison() async throws {
        try await RedisServer.with { server in
            let message = OutgoingMessage.sample()
            try server.broker().send([message])
            for worker in ["one", "two", "three"] {
                let broker = try server.broker(worker)
                #expect(try broker.receive(from: [.celery], upTo: 1).count == 1)
                try await kill(worker, on: server)
                _ = try server.broker("live").recoverTasks()
            }
            #expect(try server.broker().receive(from: [.celery], upTo: 1).isEmpty)
            let letter = try await server.cli("ZRANGE", "tq:dead:celery", "0", "-1")
            #expect(letter.contains("3 workers died while they ran this task"))
            let status = try server.results(lifetime: nil).fetch([message.id])
            #expect(status.first?.isFinal == true)
        }
    }

    @Test("what a worker does not know that it holds goes back without counting as a loss")
    func requeuesUnknown() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker("one")
            try broker.send(OutgoingMessage.samples(2))
            let held = try broker.receive(from: [.celery], upTo: 2)
            try broker.requeueAllBut([held[0].tag])
            let again = try broker.receive(from: [.celery], upTo: 2)
            #expect(again.count == 1)
            #expect(
                try again.first?.message().headers[key: "tq_losses"]
                    == JSONText(wellFormed: Array("0".utf8))
            )
        }
    }
}
