import TestSupport
import Testing

@testable import TaskQueue

@Suite("what a worker has to write, and when it does")
struct OutboxTests {
    private let start = ContinuousClock.now
    private var outbox = Outbox()

    private func finish(_ id: String) -> WorkerState.Settlement {
        .finish(Delivery.sample(id).finished())
    }

    @Test("an outcome is written at once if there is nothing to start meanwhile")
    mutating func atOnce() {
        outbox.add(finish("a"), at: start)
        let due = outbox.takeDue(isPressed: false, at: start)
        #expect(due.count == 1 && outbox.isEmpty)
        #expect(outbox.nextDeadline(at: start) == nil)
    }

    @Test("else outcomes wait for each other, for ten milliseconds from the first on")
    mutating func waits() {
        outbox.add(finish("a"), at: start)
        outbox.add(finish("b"), at: start + .milliseconds(9))
        #expect(outbox.nextDeadline(at: start) == start + .milliseconds(10))
        let early = outbox.takeDue(isPressed: true, at: start + .milliseconds(9))
        let due = outbox.takeDue(isPressed: true, at: start + .milliseconds(10))
        #expect(early.isEmpty && due.count == 2)
    }

    @Test("many do not wait for more")
    mutating func many() {
        for number in 1...63 { outbox.add(finish("\(number)"), at: start) }
        let early = outbox.takeDue(isPressed: true, at: start)
        outbox.add(finish("64"), at: start)
        let due = outbox.takeDue(isPressed: true, at: start)
        #expect(early.isEmpty && due.count == 64)
    }
}
