import Synchronization
import TestSupport
import Testing

@testable import TaskQueue

@Suite("a worker at a broker that can no more than AMQP", .timeLimit(.minutes(60)))
struct PoorWorkerTests {
    private static let success = HandlerAnswer.ended(.success(.null))

    /// Ends when the queue is empty.
    private func burst(_ slots: Int) -> WorkerLimits {
        var limits = WorkerLimits(concurrency: slots)
        limits.burst = .withRetries
        return limits
    }

    @Test("runs what is sent, stores the results elsewhere and leaves nothing behind")
    func runs() async throws {
        let place = try PoorWorkplace()
        let messages = OutgoingMessage.samples(40)
        try place.server.connect("sender").send(messages)
        try await place.work(burst(3)) { _ in Self.success }
        #expect(place.runs.count == 40)
        #expect(try place.statuses(messages) == messages.map { _ in .success })
        #expect(place.server.connected.isEmpty)
        #expect(try place.server.connect().receiveIDs().isEmpty)
    }

    @Test("begins with what the broker takes for the most urgent: 9")
    func urgent() async throws {
        let place = try PoorWorkplace()
        let messages = [0, 9, 3].map { OutgoingMessage.sample(priority: $0) }
        try place.server.connect("sender").send(messages)
        try await place.work(burst(1)) { _ in Self.success }
        #expect(place.runs == [messages[1], messages[2], messages[0]].map(\.id))
    }

    @Test("keeps its connection while all slots are busy for longer than the broker is patient")
    func staysConnected() async throws {
        let place = try PoorWorkplace(patience: .seconds(6))
        let messages = OutgoingMessage.samples(2)
        try place.server.connect("sender").send(messages)
        try await place.work(burst(1)) { _ in
            // Longer than the server's patience: what is tested is that nothing happens meanwhile.
            try? await Task.sleep(for: .seconds(8))
            return Self.success
        }
        #expect(place.runs == messages.map(\.id))
        #expect(place.losses.isEmpty)
    }

    @Test(
        "stores the result of a task whose connection is lost, and runs it again only if none is kept",
        arguments: [false, true]
    )
    func losesConnection(ignoresResult: Bool) async throws {
        let place = try PoorWorkplace()
        let message = OutgoingMessage.sample(ignoresResult: ignoresResult)
        try place.server.connect("sender").send([message])
        let isCut = Atomic(false)
        try await place.work(burst(1)) { _ in
            if !isCut.exchange(true, ordering: .relaxed) { place.server.cut("worker") }
            return Self.success
        }
        #expect(place.runs == Array(repeating: message.id, count: ignoresResult ? 2 : 1))
        if !ignoresResult { #expect(try place.statuses([message]) == [.success]) }
        #expect(place.losses == [.connectionGone])
        #expect(try place.server.connect().receiveIDs().isEmpty)
    }

    @Test(
        "tries again what failed, though the connection was lost between sending and acknowledging"
    )
    func retries() async throws {
        let place = try PoorWorkplace()
        let message = OutgoingMessage.sample()
        try place.server.connect("sender").send([message])
        var policy = TaskPolicy()
        policy.retry.delay = .milliseconds(10)
        let tries = Atomic(0)
        try await place.work(burst(1), policy: policy) { _ in
            guard tries.add(1, ordering: .relaxed).newValue == 1 else { return Self.success }
            place.server.cutBeforeAcknowledging("worker")
            return .retry(TaskFailure(type: "ValueError", message: "once", module: "tests"))
        }
        // The task and its retry are both there: at least once, and perhaps twice.
        #expect(Set(place.runs) == [message.id] && place.runs.count == 3)
        #expect(try place.statuses([message]) == [.success])
    }

    @Test("takes a delayed task when it falls due")
    func delayed() async throws {
        let place = try PoorWorkplace()
        let due = Timestamp.now() + .milliseconds(400)
        let message = OutgoingMessage.sample(eta: due)
        try place.server.connect("sender").send([message])
        try await place.work(WorkerLimits(concurrency: 1)) { _ in
            place.orders.put(.stop)
            return .ended(.success(JSONText(string: Timestamp.now() >= due ? "due" : "early")))
        }
        let backend = MemoryResultBackend(place.results, lifetime: nil)
        guard case .stored(let result) = try backend.fetch([message.id])[0] else {
            Issue.record("there is no result")
            return
        }
        #expect(result.result == JSONText(string: "due"))
    }
}

extension PoorWorkplace {
    /// Of the tasks that were lost.
    var losses: [TaskLoss] {
        events.compactMap { if case .lost(_, let loss) = $0 { loss } else { nil } }
    }
}
