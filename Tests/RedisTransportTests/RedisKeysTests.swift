import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("Redis's keys, as Celery has them", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisKeysTests {
    @Test("each priority step has a list, pushed on the left")
    func lists() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let messages = (0...9).map { OutgoingMessage.sample(priority: $0) }
            try broker.send(messages + [.sample(priority: 3)])
            let separator = "\u{06}\u{16}"
            #expect(try await server.cli("LLEN", "celery") == "3")
            #expect(try await server.cli("LLEN", "celery\(separator)3") == "4")
            #expect(try await server.cli("LLEN", "celery\(separator)6") == "3")
            #expect(try await server.cli("LLEN", "celery\(separator)9") == "1")
            let oldest = try await server.cli("LINDEX", "celery\(separator)3", "-1")
            let envelope = try Envelope.decode(Array(oldest.utf8))
            #expect(envelope.headers[key: "id"]?.string == messages[3].id.text)
            #expect(envelope.body == messages[3].message.body)
        }
    }

    @Test("what is held stands in unacked as Kombu keeps it, under a tag of the worker")
    func unacknowledged() async throws {
        try await RedisServer.with { server in
            let queue = try QueueName.named("grüße \"x\"")
            let broker = try server.broker("host-1")
            let before = Timestamp.now().secondsSinceEpoch
            try broker.send([.sample(queue)])
            let delivery = try #require(try broker.receive(from: [queue], upTo: 1).first)
            #expect(delivery.tag.hasPrefix("tq:host-1:"))
            let held = try JSONText(try await server.cli("HGET", "unacked", delivery.tag).utf8)
            let parts = try #require(held.elements)
            #expect(parts.count == 3)
            let envelope = delivery.content.original
            #expect(parts.first?.bytes == envelope)
            #expect(parts[1].string == "")
            #expect(parts[2].string == queue.text)
            let score = Double(try await server.cli("ZSCORE", "unacked_index", delivery.tag))
            let seconds = try #require(score)
            #expect(seconds >= before - 1)
            #expect(seconds <= Timestamp.now().secondsSinceEpoch + 1)
            #expect(try broker.finish([FinishedTask(delivery, result: nil)]).isEmpty)
            #expect(try await server.cli("EXISTS", "unacked", "unacked_index", queue.text) == "0")
        }
    }

    @Test(
        "a result stands under Celery's key for its time, and is announced on a channel of that name"
    )
    func results() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker(resultLifetime: .seconds(600))
            let message = OutgoingMessage.sample()
            let key = "celery-task-meta-\(message.id)"
            try broker.send([message])
            let delivery = try #require(try broker.receive(from: [.celery], upTo: 1).first)
            let result = StoredResult.success(message.id, JSONText(string: "5"))
            let json = String(decoding: result.json, as: UTF8.self)
            try await withProcess("redis-cli", "-s", server.socketPath, "SUBSCRIBE", key) {
                listener in
                try await listener.waitUntilPrinted("subscribe")
                #expect(try broker.finish([FinishedTask(delivery, result: result)]).isEmpty)
                try await listener.waitUntilPrinted("message\n\(key)\n\(json)")
            }
            #expect(try await server.cli("GET", key) == json)
            let lifetime = try #require(Int(try await server.cli("PTTL", key)))
            #expect(lifetime > 590_000 && lifetime <= 600_000)
        }
    }

    @Test("without a lifetime a result stays")
    func lastingResult() async throws {
        try await RedisServer.with { server in
            let result = StoredResult.failure(.next())
            try server.results().store([result])
            #expect(try await server.cli("TTL", "celery-task-meta-\(result.id)") == "-1")
        }
    }

    @Test("a delayed task waits in a set of its queue, by its time")
    func delayed() async throws {
        try await RedisServer.with { server in
            let due = Timestamp(microseconds: 4_102_444_800_250_000)
            let message = OutgoingMessage.sample(priority: 4, eta: due)
            try server.broker().send([message])
            let members = try await server.cli(
                "ZRANGE",
                "tq:delayed:celery",
                "0",
                "-1",
                "WITHSCORES"
            )
            let lines = members.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.first == "3")
            let envelope = try Envelope.decode(Array(lines[0].dropFirst().utf8))
            #expect(envelope.headers[key: "id"]?.string == message.id.text)
            #expect(Double(lines[1]) == 4_102_444_800.25)
            #expect(try await server.cli("EXISTS", "celery") == "0")
        }
    }

    @Test("what is no message at all is delivered, and set aside to the byte")
    func garbage() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let garbage: [[UInt8]] = [
                Array("{\"body\":".utf8), Array(0...255), [], [0xFF], Array("[".utf8),
            ]
            for bytes in garbage { try await server.cli("LPUSH", "celery", input: bytes) }
            let deliveries = try broker.receive(from: [.celery], upTo: 10)
            #expect(deliveries.count == garbage.count)
            for (delivery, bytes) in zip(deliveries, garbage) {
                let found = delivery.content.original
                #expect(found == bytes)
                #expect(throws: MessageError.self) { try delivery.message() }
            }
            // Back and forth once: `unacked` must not change them either.
            #expect(try broker.requeue(deliveries.map { RequeuedTask($0) }).isEmpty)
            let again = try broker.receive(from: [.celery], upTo: 10)
            #expect(try broker.deadLetter(again.map { DeadLetter($0, reason: "broken") }).isEmpty)
            let letters = try await server.cli("ZRANGE", "tq:dead:celery", "0", "-1")
            let messages = try letters.split(separator: "\n").map { letter in
                try #require(try JSONText(letter.utf8)[key: "message"]?.string)
            }
            #expect(Set(messages.compactMap { Base64.decode($0.utf8) }) == Set(garbage))
        }
    }

    @Test(
        "what is no delayed task comes as a message that is none",
        arguments: ["x", "", "xyz", "5{}"]
    )
    func oddMembers(_ member: String) async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            _ = try await server.cli("ZADD", "tq:delayed:celery", "5", member)
            try broker.send([.sample()])
            let deliveries = try broker.receive(from: [.celery], upTo: 5)
            #expect(deliveries.count == 2)
            let found = try #require(deliveries.last).content.original
            #expect(found == Array(member.utf8))
            #expect(try broker.deadLetter([DeadLetter(deliveries[1], reason: "broken")]).isEmpty)
            #expect(try await server.cli("EXISTS", "tq:delayed:celery", "celery") == "0")
        }
    }

    @Test(
        "a delayed task comes with the bytes that were sent, as one that an earlier version delayed"
    )
    func memberBytes() async throws {
        try await RedisServer.with { server in
            let broker = try server.broker()
            let message = OutgoingMessage.sample(priority: 3, eta: .now() + .milliseconds(50))
            try broker.send([message])
            let envelope = Envelope.encode(message.message)
            try await server.cli(
                "ZADD",
                "tq:delayed:celery",
                "5",
                input: Array("0".utf8) + envelope
            )
            var taken: [Delivery] = []
            try await eventually {
                taken += try broker.receive(from: [.celery], upTo: 5)
                return taken.count == 2
            }
            for delivery in taken {
                let found = delivery.content.original
                #expect(found == envelope)
            }
            // Back and forth, with what is no object too.
            for bytes in [envelope, Array("{}".utf8), Array("{".utf8), Array("x".utf8)] {
                try await server.cli("LPUSH", "celery", input: bytes)
                let held = try broker.receive(from: [.celery], upTo: 1)
                let eta = Timestamp.now() + .milliseconds(1)
                let early = held.map { RequeuedTask($0, eta: eta, isRedelivered: false) }
                #expect(try broker.requeue(early).isEmpty)
                var again: [Delivery] = []
                try await eventually {
                    again = try broker.receive(from: [.celery], upTo: 1)
                    return !again.isEmpty
                }
                let found = again[0].content.original
                #expect(found == bytes)
            }
        }
    }
}
