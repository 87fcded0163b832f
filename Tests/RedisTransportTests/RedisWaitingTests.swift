import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite(
    "workers that wait at a queue in Redis",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct RedisWaitingTests {
    /// A worker that takes one task at a time.
    private struct Waiter {
        let broker: RedisBroker
        let watch: any ArrivalWatch

        init(_ name: String, on server: RedisServer) throws {
            broker = try server.broker(name)
            watch = try broker.watchArrivals(on: [.celery])
            _ = try look()
        }

        /// What a worker does that is woken; having found nothing, it waits again.
        func look() throws -> [TaskID] {
            try watch.clear()
            let found = try broker.receiveIDs(upTo: 1)
            if found.isEmpty { try watch.resume(upTo: 1) }
            return found
        }

        func isWoken(within limit: Duration = .zero) -> Bool { watch.isWoken(within: limit) }
    }

    private func waiters(_ count: Int, on server: RedisServer) throws -> [Waiter] {
        let waiters = try (0..<count).map { try Waiter("w\($0)", on: server) }
        // Each was new once; those that have seen another come may look again.
        for waiter in waiters where waiter.isWoken() { #expect(try waiter.look().isEmpty) }
        return waiters
    }

    @Test("one of many is woken by a task, and one more to wait in its place")
    func noStampede() async throws {
        try await RedisServer.with { server in
            let waiters = try waiters(20, on: server)
            var looks = 0
            for _ in 0..<5 {
                let message = OutgoingMessage.sample()
                try waiters[0].broker.send([message])
                var found: [TaskID] = []
                // Until all are at rest.
                while let woken = waiters.first(where: { $0.isWoken() })
                    ?? waiters.first(where: { $0.isWoken(within: .milliseconds(20)) })
                {
                    found += try woken.look()
                    looks += 1
                    // Its task is a short one.
                    if !found.isEmpty { try woken.watch.resume(upTo: 1) }
                }
                #expect(found == [message.id])
            }
            // One that takes the task, one that waits in its place, and a few that see the gate open still.
            #expect(looks <= 5 * 4, "\(looks) looks for 5 tasks")
        }
    }

    @Test("tasks that come at once are taken by as many, without a look at the clock")
    func chain() async throws {
        try await RedisServer.with { server in
            let waiters = try waiters(6, on: server)
            let messages = OutgoingMessage.samples(5)
            try waiters[0].broker.send(messages)
            var (found, busy): ([TaskID], Set<Int>) = ([], [])
            for _ in 0..<40 where found.count < messages.count {
                for (index, waiter) in waiters.enumerated() where !busy.contains(index) {
                    guard waiter.isWoken(within: .milliseconds(10)) else { continue }
                    let ids = try waiter.look()
                    found += ids
                    if !ids.isEmpty { busy.insert(index) }
                }
            }
            #expect(Set(found) == Set(messages.map(\.id)))
        }
    }

    @Test("one that is let in while it takes nothing lets in the next")
    func declines() async throws {
        try await RedisServer.with { server in
            let first = try Waiter("first", on: server)
            let second = try Waiter("second", on: server)
            let third = try Waiter("third", on: server)
            #expect(!first.watch.descriptors.contains { $0 < 0 })
            let messages = OutgoingMessage.samples(2)
            try first.broker.send(messages)
            #expect(first.isWoken(within: .seconds(60)))
            #expect(try first.look() == [messages[0].id])
            #expect(second.isWoken(within: .seconds(60)))
            #expect(!third.isWoken(within: .milliseconds(100)))
            // It wants none, hears of the task all the same, and wants none still.
            try second.watch.suspend()
            #expect(second.isWoken())
            try second.watch.suspend()
            #expect(!second.isWoken())
            #expect(third.isWoken(within: .seconds(60)))
            #expect(try third.look() == [messages[1].id])
        }
    }

    @Test(
        "a connection on which nothing is awaited wakes nobody when it is closed, and is made anew"
    )
    func closed() async throws {
        try await RedisServer.with { server in
            let first = try Waiter("first", on: server)
            let second = try Waiter("second", on: server)
            try first.broker.releaseLease(serving: [.celery])
            #expect(second.isWoken(within: .seconds(60)))
            try second.watch.clear()
            #expect(second.watch.descriptors.isEmpty)
            _ = try await server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            try second.watch.resume(upTo: 1)
            #expect(!second.isWoken(within: .milliseconds(100)))
            try Waiter("third", on: server).broker.releaseLease(serving: [.celery])
            #expect(second.isWoken(within: .seconds(60)))
        }
    }

    @Test("one that wants no more has another wait in its place")
    func standsDown() async throws {
        try await RedisServer.with { server in
            let first = try Waiter("first", on: server)
            let second = try Waiter("second", on: server)
            #expect(try await server.cli("GET", "tq:lookout:celery") == "first")
            try first.watch.suspend()
            #expect(try await server.cli("GET", "tq:lookout:celery") == "")
            #expect(second.isWoken(within: .seconds(60)))
            #expect(try second.look().isEmpty)
            #expect(try await server.cli("GET", "tq:lookout:celery") == "second")
            try first.broker.send([.sample()])
            try await eventually {
                // It may hear of the task first, and leaves it to the other.
                if first.isWoken() { try first.watch.suspend() }
                return second.isWoken()
            }
            #expect(try second.look().count == 1)
        }
    }

    @Test("the place of one that ends is taken at once, of one that was killed after seconds")
    func takesOver() async throws {
        try await RedisServer.with { server in
            let first = try Waiter("first", on: server)
            let second = try Waiter("second", on: server)
            #expect(try await server.cli("GET", "tq:lookout:celery") == "first")
            try first.broker.releaseLease(serving: [.celery])
            #expect(second.isWoken(within: .seconds(60)))
            #expect(try second.look().isEmpty)
            #expect(try await server.cli("GET", "tq:lookout:celery") == "second")
            let lifetime = try #require(Int(try await server.cli("PTTL", "tq:lookout:celery")))
            #expect((1...3_000).contains(lifetime))
        }
    }
}
