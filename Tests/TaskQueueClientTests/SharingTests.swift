import Glibc
import Synchronization
import TaskQueue
import TaskQueueClient
import TestSupport
import Testing

@Suite(
    "a client is shared",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct SharingTests {
    @Test("by a hundred that send and wait at once", arguments: ClientPlace.Transport.allCases)
    func hundred(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport, tasks: ["add": "echo $(($1 + $2))"]) { place in
            try await place.withWorker("-c 4") {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<100 {
                        group.addTask {
                            let task = try await place.client.send(
                                "add",
                                number,
                                1,
                                returning: Int.self
                            )
                            return try await task.value(timeout: .seconds(60)) == number + 1
                        }
                    }
                    for try await isRight in group { #expect(isRight) }
                }
            }
        }
    }

    @Test("and blocks no thread of Swift's while a server does not answer")
    func cooperation() async throws {
        try await ClientPlace.with(.redis) { place in
            let redis = try #require(place.redis)
            let first = try await place.client.send("t")
            _ = try? await first.value(timeout: .milliseconds(1))
            redis.pause()
            let answered = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        _ = try await place.client.send("t")
                        answered.add()
                    }
                    group.addTask {
                        _ = try await first.status()
                        answered.add()
                    }
                }
                // All of them wait, and others go on.
                let start = Instant.now
                for _ in 0..<200 { await Task { await Task.yield() }.value }
                let timedOut = try await error(of: TaskQueueError.self) {
                    _ = try await first.value(timeout: .milliseconds(300))
                }
                #expect(timedOut.kind == .timedOut)
                #expect(Instant.now - start < .seconds(5))
                #expect(answered.count == 0)
                redis.resume()
                try await group.waitForAll()
            }
            #expect(try await redis.cli("LLEN", "celery") == "41")
        }
    }

    @Test("who is cancelled while a send is under way waits no more")
    func cancelledSend() async throws {
        try await ClientPlace.with(.redis) { place in
            let redis = try #require(place.redis)
            _ = try await place.client.send("t")
            redis.pause()
            let sends = (0..<3).map { _ in Task { try await place.client.send("t") } }
            let start = Instant.now
            for send in sends { send.cancel() }
            for send in sends {
                let failure = try await error(of: TaskQueueError.self) { _ = try await send.value }
                #expect(failure.kind == .cancelled)
            }
            #expect(Instant.now - start < .seconds(5))
            redis.resume()
        }
    }

    @Test("ends its waits when it is closed, and gives back threads, connections and descriptors")
    func close() async throws {
        try await ClientPlace.with(.redis) { place in
            let redis = try #require(place.redis)
            let waiting = try place.anotherClient()
            let task = try await waiting.send("t", returning: Int.self)
            let channel = "celery-task-meta-\(task.id)"
            let wait = Task { try await task.value() }
            let sequence = Task { for try await _ in task.progress(Int.self) {} }
            try await eventually {
                try await redis.cli("PUBSUB", "NUMSUB", channel) == "\(channel)\n1"
            }
            await waiting.close()
            await waiting.close()
            for end in [Task { _ = try await wait.value }, sequence] {
                let failure = try await error(of: TaskQueueError.self) { try await end.value }
                #expect(failure.kind == .closed)
            }
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await waiting.send("t")
            }
            #expect(failure.kind == .closed)
            let (threads, descriptors) = (try entries("task"), try entries("fd"))
            for number in 0..<150 {
                let client = try place.anotherClient()
                _ = try await client.send("t").status()
                // The others end by themselves.
                if number.isMultiple(of: 2) { await client.close() }
            }
            // Other tests go on meanwhile.
            try await eventually { try entries("task") < threads + 100 }
            try await eventually { try entries("fd") < descriptors + 100 }
            try await eventually {
                try await redis.cli("CLIENT", "LIST").split(separator: "\n").count == 1
            }
        }
    }

    private func entries(_ folder: String) throws -> Int {
        try listDirectory("/proc/self/\(folder)").count
    }

    @Test("sends what was handed in before it is closed")
    func flush() async throws {
        try await ClientPlace.with(.redis) { place in
            let client = try place.anotherClient()
            _ = try await client.send("t")
            let redis = try #require(place.redis)
            redis.pause()
            let sends = (0..<20).map { _ in Task { try await client.send("t").id } }
            // They are handed in when nothing else can run on.
            for _ in 0..<100 { await Task { await Task.yield() }.value }
            let closing = Task { await client.close() }
            redis.resume()
            await closing.value
            var sent = 0
            for send in sends where (try? await send.value) != nil { sent += 1 }
            #expect(try await redis.cli("LLEN", "celery") == "\(sent + 1)")
            #expect(sent > 0)
        }
    }
}

/// Counts, for all threads.
private final class Counter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add() { value.add(1, ordering: .relaxed) }
}
