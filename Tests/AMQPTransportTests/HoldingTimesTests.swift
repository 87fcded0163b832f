import TaskQueue
import Testing

@testable import AMQPTransport

@Suite("when a copy is made of what a worker holds")
struct HoldingTimesTests {
    private let start = Instant.now
    private let patience: Duration = .seconds(30)
    private let renewal: Duration = .seconds(4)

    private func held(_ numbers: UInt64..., since time: Instant) -> Holding {
        var held = Holding(patience: patience, renewal: renewal)
        for number in numbers { held.add(delivery(number), number, time) }
        return held
    }

    private func delivery(_ number: UInt64) -> Delivery {
        Delivery(tag: "\(number)", queue: .celery, content: .kombu([]))
    }

    private func due(_ held: inout Holding, _ time: Instant) -> [UInt64] {
        held.due(time).map(\.number).sorted()
    }

    @Test("is when it has been held for long, and then with each renewal")
    func renewed() {
        var held = held(1, since: start)
        #expect(held.nextLook == start + patience)
        #expect(due(&held, start + patience) == [1])
        held.copied(1, start + patience)
        #expect(held.nextLook == start + patience + renewal)
        #expect(due(&held, start + patience + renewal) == [1])
    }

    @Test("is soon after a copy that was made at once, because the task came again")
    func comesAgain() {
        var held = held(1, since: start)
        held.copied(1, start)
        #expect(held.nextLook == start + renewal)
        #expect(due(&held, start + renewal) == [1])
    }

    @Test("is in time for one, though others were taken later")
    func others() {
        var held = held(1, since: start)
        held.add(delivery(2), 2, start + .seconds(20))
        #expect(due(&held, start + patience) == [1])
        held.copied(1, start + patience)
        #expect(held.nextLook == start + patience + renewal)
        #expect(due(&held, start + patience + renewal) == [1])
    }

    @Test("is soon again for one of which none could be made")
    func failed() {
        var held = held(1, since: start)
        held.add(delivery(2), 2, start + .seconds(20))
        #expect(due(&held, start + patience) == [1])
        #expect(held.nextLook == start + patience + renewal)
    }
}
