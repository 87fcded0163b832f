import TaskQueue
import Testing

@testable import AMQPTransport

@Suite("tasks that wait for a claim")
struct DoubtTests {
    private let start = Instant.now

    private func delivery(_ tag: String) -> Delivery {
        Delivery(tag: tag, queue: .celery, content: .kombu([]))
    }

    @Test("wait for as long as they have to, each from when it came")
    func order() {
        var doubt = Doubt(patience: .seconds(3))
        doubt.add(delivery("a"), since: start)
        doubt.add(delivery("b"), since: start + .seconds(1))
        #expect(doubt.takeOver(start + .seconds(2)).isEmpty)
        #expect(doubt.takeOver(start + .seconds(3)).map(\.tag) == ["a"])
        #expect(doubt.takeOver(start + .seconds(4)).map(\.tag) == ["b"])
        #expect(doubt.isEmpty)
    }

    @Test("need not wait again when they find no room, and go to others when that lasts")
    func room() {
        var doubt = Doubt(patience: .seconds(3))
        doubt.add(delivery("late"), since: start)
        doubt.putBack([delivery("early")], start)
        #expect(doubt.nextEnd == start + .seconds(3))
        #expect(doubt.takeOver(start).map(\.tag) == ["early"])
        doubt.putBack([delivery("early")], start)
        #expect(doubt.takeOverdue(start + .seconds(9)).isEmpty)
        #expect(doubt.takeOverdue(start + .seconds(10)).map(\.tag) == ["early"])
        #expect(doubt.count == 1)
    }

    @Test("are known over several connections, and anew when they were away for long")
    func memory() {
        let first = FirstDeliveries()
        #expect(first.time(of: "a", start) == start)
        #expect(first.time(of: "a", start + .seconds(5)) == start)
        #expect(first.time(of: "a", start + .seconds(12)) == start)
        #expect(first.time(of: "a", start + .seconds(21)) == start + .seconds(21))
        first.forget("a")
        #expect(first.time(of: "a", start + .seconds(22)) == start + .seconds(22))
    }
}
