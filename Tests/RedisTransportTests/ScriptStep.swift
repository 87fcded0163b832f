import RedisTransport
import TaskQueue
import TestSupport
import Testing

/// A step of a broker that moves a message, what is there before it, and what it comes to.
struct ScriptStep: Sendable, CustomTestStringConvertible {
    /// What a step throws that has left its work undone without an error.
    struct IsUndone: Error {}

    let name: String
    /// How many messages there are before, and afterwards.
    var messages = (before: 1, after: 1)
    /// Whether the task has its result then.
    var storesResult = false
    /// Whether it is what a worker does to get tasks.
    var takes = false
    /// Puts the message where the step finds it; what the worker holds is returned.
    let prepare: @Sendable (RedisBroker, OutgoingMessage) throws -> [Delivery]
    /// Does it; done again after it has failed, it does the same.
    let work: @Sendable (RedisBroker, OutgoingMessage, [Delivery]) throws -> Void

    var testDescription: String { name }

    static let all = settling + taking + sending + moving

    private static let other = QueueName("other") ?? .celery
}

// MARK: - The steps

extension ScriptStep {
    private static let settling = [
        ScriptStep(name: "finish", messages: (1, 0), storesResult: true, prepare: hold) {
            broker,
            message,
            held in
            try check(broker.finish(held.map { $0.finished(.success(message.id)) }))
        },
        ScriptStep(name: "finish and send", messages: (1, 2), storesResult: true, prepare: hold) {
            broker,
            message,
            held in
            let next: [OutgoingMessage] = [
                .sample(other), .sample(other, eta: .now() + .seconds(60)),
            ]
            try check(broker.finish(held.map { $0.finished(.success(message.id), next: next) }))
        },
        ScriptStep(name: "put back", prepare: hold) { broker, _, held in
            try check(broker.requeue(held.map { RequeuedTask($0) }))
        },
        ScriptStep(name: "put back for later", prepare: hold) { broker, _, held in
            let eta = Timestamp.now() + .seconds(60)
            try check(broker.requeue(held.map { RequeuedTask($0, eta: eta) }))
        },
        ScriptStep(name: "put back a suspect", prepare: hold) { broker, _, held in
            try check(broker.requeue(held.map { RequeuedTask(suspect($0)) }))
        },
        ScriptStep(name: "set aside", storesResult: true, prepare: hold) { broker, message, held in
            try check(broker.deadLetter(held.map { letter($0, message) }))
        },
    ]

    private static let taking = [
        ScriptStep(name: "recover", takes: true, prepare: hold) { broker, _, _ in
            if try broker.recoverTasks().isEmpty { throw IsUndone() }
        },
        ScriptStep(name: "take", takes: true, prepare: send) { broker, _, _ in try take(broker) },
        ScriptStep(name: "take a suspect", takes: true, prepare: sendSuspect) { broker, _, _ in
            try take(broker)
        },
        ScriptStep(name: "take what is due", prepare: sendLater(.milliseconds(1))) {
            broker,
            _,
            _ in
            try take(broker)
        },
    ]

    private static let sending = [
        ScriptStep(name: "send", messages: (0, 1), prepare: nothing) { broker, message, _ in
            try broker.sendOnce([message])
        },
        ScriptStep(name: "send two ways", messages: (0, 2), prepare: nothing) {
            broker,
            message,
            _ in
            try broker.sendOnce([message, .sample(eta: .now() + .seconds(60))])
        },
        ScriptStep(name: "send with a key", messages: (0, 1), prepare: nothing) {
            broker,
            message,
            _ in
            let unique = OutgoingMessage.sample(
                id: message.id,
                unique: UniqueHold("key"),
                deliveryTag: message.id.text
            )
            _ = try broker.sendUnlessHeld([unique], isRepeated: true)
        },
    ]

    private static let moving = [
        ScriptStep(
            name: "send a dead letter again",
            prepare: { broker, message in
                let held = try hold(broker, message)
                return try broker.deadLetter(
                    held.map { DeadLetter($0, reason: "", id: message.id) }
                )
            },
            work: { broker, message, _ in
                let letters = try broker.deadLetters(named: message.id.text, among: [.celery])
                guard let letter = letters.first, try broker.retry(letter) else { throw IsUndone() }
            }
        ),
        ScriptStep(name: "move", prepare: send) { broker, _, _ in try move(broker) },
        ScriptStep(name: "move a suspect", prepare: sendSuspect) { broker, _, _ in
            try move(broker)
        },
        ScriptStep(name: "move what is delayed", prepare: sendLater(.seconds(60))) {
            broker,
            _,
            _ in
            try move(broker)
        },
    ]
}

// MARK: - What they have in common

extension ScriptStep {
    @Sendable
    private static func nothing(_: RedisBroker, _: OutgoingMessage) -> [Delivery] { [] }

    @Sendable
    private static func send(
        _ broker: RedisBroker,
        _ message: OutgoingMessage
    ) throws -> [Delivery] {
        try broker.send([message])
        return []
    }

    private static func sendLater(
        _ delay: Duration
    ) -> @Sendable (RedisBroker, OutgoingMessage) throws -> [Delivery] {
        { broker, message in
            try broker.send([.sample(id: message.id, eta: .now() + delay)])
            return []
        }
    }

    /// By a worker whose lease the test lets run out.
    @Sendable
    private static func hold(
        _ broker: RedisBroker,
        _ message: OutgoingMessage
    ) throws -> [Delivery] {
        try broker.send([message])
        return try broker.receive(from: [.celery], upTo: 1)
    }

    /// The delivery of a task under suspicion.
    private static func suspect(_ delivery: Delivery) -> Delivery {
        Delivery(
            tag: delivery.tag,
            queue: delivery.queue,
            content: delivery.content,
            losses: 1
        )
    }

    @Sendable
    private static func sendSuspect(
        _ broker: RedisBroker,
        _ message: OutgoingMessage
    ) throws -> [Delivery] {
        let held = try hold(broker, message)
        return try broker.requeue(held.map { RequeuedTask(suspect($0)) })
    }

    private static func letter(_ delivery: Delivery, _ message: OutgoingMessage) -> DeadLetter {
        DeadLetter(delivery, reason: "broken", id: message.id, result: .failure(message.id))
    }

    private static func take(_ broker: RedisBroker) throws {
        guard try broker.receive(from: [.celery], upTo: 1).isEmpty else { return }
        throw broker.complaint ?? IsUndone() as any Error
    }

    private static func move(_ broker: RedisBroker) throws {
        _ = try broker.move(from: .celery, to: other, includingDelayed: true)
    }

    private static func check(_ lost: [Delivery]) throws {
        if !lost.isEmpty { throw IsUndone() }
    }
}
