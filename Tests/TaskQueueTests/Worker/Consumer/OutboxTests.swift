import TestSupport
import Testing

@testable import TaskQueue

@Suite("what a worker has to write, and when it does")
struct OutboxTests {
    private static let start = Instant.now
    private var outbox = Outbox()

    private static func finish(_ id: String) -> WorkerState.Settlement {
        .finish(Delivery.sample(id).finished())
    }

    @Test("an outcome is written at once if there is nothing to start meanwhile")
    mutating func atOnce() {
        outbox.add(Self.finish("a"), at: Self.start)
        let due = outbox.takeDue(isPressed: false, at: Self.start)
        #expect(due.count == 1 && outbox.isEmpty)
        #expect(outbox.nextDeadline(at: Self.start) == nil)
    }

    @Test("else outcomes wait for each other, for ten milliseconds from the first on")
    mutating func waits() {
        outbox.add(Self.finish("a"), at: Self.start)
        outbox.add(Self.finish("b"), at: Self.start + .milliseconds(9))
        #expect(outbox.nextDeadline(at: Self.start) == Self.start + .milliseconds(10))
        let early = outbox.takeDue(isPressed: true, at: Self.start + .milliseconds(9))
        let due = outbox.takeDue(isPressed: true, at: Self.start + .milliseconds(10))
        #expect(early.isEmpty && due.count == 2)
    }

    @Test("many do not wait for more")
    mutating func many() {
        for number in 1...63 { outbox.add(Self.finish("\(number)"), at: Self.start) }
        let early = outbox.takeDue(isPressed: true, at: Self.start)
        outbox.add(Self.finish("64"), at: Self.start)
        let due = outbox.takeDue(isPressed: true, at: Self.start)
        #expect(early.isEmpty && due.count == 64)
    }
}
