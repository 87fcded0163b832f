import TestSupport
import Testing

@testable import TaskQueue

@Suite("queue of deadlines")
struct DeadlineQueueTests {
    private let start = Instant.now

    @Test("gives out what is due, the nearest first, whatever the order of insertion")
    func order() {
        var random = SeededRandom(seed: 3)
        for count in [0, 1, 2, 3, 10, 257] {
            var queue = DeadlineQueue<Int>()
            // Each number twice: equal deadlines are both given out.
            let numbers = (Array(0..<count) + Array(0..<count)).shuffled(using: &random)
            for number in numbers { queue.insert(number, at: start + .seconds(number)) }
            #expect(queue.count == numbers.count)
            var popped: [Int] = []
            while let first = queue.first {
                #expect(queue.popDue(first - .nanoseconds(1)) == nil)
                guard let key = queue.popDue(first) else { break }
                popped.append(key)
            }
            #expect(popped == numbers.sorted())
            #expect(queue.count == 0 && queue.popDue(start + .seconds(9_999)) == nil)
        }
    }

    @Test("drops what does not count any more, and keeps its order")
    func keep() {
        var queue = DeadlineQueue<Int>()
        for number in (0..<50).reversed() { queue.insert(number, at: start + .seconds(number)) }
        queue.keep { $0 % 7 == 3 }
        var left: [Int] = []
        while let key = queue.popDue(start + .seconds(99)) { left.append(key) }
        #expect(left == [3, 10, 17, 24, 31, 38, 45])
    }
}
