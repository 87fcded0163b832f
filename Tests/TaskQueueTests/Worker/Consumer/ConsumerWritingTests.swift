import TestSupport
import Testing

@testable import TaskQueue

@Suite("a consumer that writes")
struct ConsumerWritingTests {
    private static let refusal = BrokerError.unusable(url: "rehearsal:", reason: "wrong type")

    private func letter(_ id: String) -> WorkerState.Settlement {
        .deadLetter(DeadLetter(.sample(id), reason: "broken"))
    }

    @Test("outcomes are written together, in one step")
    func together() {
        var rehearsal = Rehearsal.connected()
        rehearsal.settle(
            .finish(Delivery.sample("a").finished()),
            letter("b"),
            .requeue(RequeuedTask(.sample("c")))
        )
        #expect(rehearsal.round() == ["settle 3", "wait"])
        #expect(rehearsal.settled == 3)
    }

    @Test("outcomes are written before tasks are taken, so that a worker alone is alone")
    func first() {
        var rehearsal = Rehearsal.connected()
        rehearsal.settle(.finish(Delivery.sample("a").finished()))
        rehearsal.want(1, in: .alone)
        #expect(rehearsal.round() == ["settle 1", "receive 1 alone", "resume 1", "wait"])
    }

    @Test("progress is written after the outcomes, and before tasks are taken")
    func progress() throws {
        var rehearsal = Rehearsal.connected()
        let delivery = Delivery.sample("a")
        let result = StoredResult(id: TaskID("a"), state: .progress, result: .null)
        rehearsal.wake {
            $0.progress = [ProgressReport(delivery, result: result)]
            $0.settlements = [.finish(Delivery.sample("b").finished())]
        }
        rehearsal.want(1)
        #expect(rehearsal.round() == ["settle 1", "report 1", "receive 1", "resume 1", "wait"])
    }

    @Test("progress that was being written when the connection was lost is not written again")
    func lostProgress() {
        var rehearsal = Rehearsal.connected()
        let result = StoredResult(id: TaskID("a"), state: .progress, result: .null)
        rehearsal.wake { $0.progress = [ProgressReport(.sample("a"), result: result)] }
        #expect(rehearsal.next() == "report 1")
        rehearsal.pass(rehearsal.fail())
        #expect(!rehearsal.round().contains("report 1"))
    }

    @Test("what something is in the way of is written again after five seconds, not in between")
    func obstacle() {
        var rehearsal = Rehearsal.connected { $0.obstacle = Self.refusal }
        rehearsal.settle(letter("a"))
        #expect(rehearsal.round() == ["settle 1", "wait 5000 ms"])
        rehearsal.pass(.seconds(2))
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait 3000 ms"])
        rehearsal.pass(.seconds(3))
        rehearsal.wake()
        #expect(rehearsal.round() == ["settle 1", "wait 5000 ms"])
    }

    @Test("it is written again at once with an outcome that comes")
    func nextOutcome() {
        var rehearsal = Rehearsal.connected { $0.obstacle = Self.refusal }
        rehearsal.settle(letter("a"))
        _ = rehearsal.round()
        rehearsal.settle(letter("b"))
        #expect(rehearsal.round() == ["settle 2", "wait 5000 ms"])
    }

    @Test("what is in the way is told once, and once more when it is back")
    func toldOnce() {
        var rehearsal = Rehearsal.connected { $0.obstacle = Self.refusal }
        for _ in 0..<3 {
            rehearsal.settle(letter("a"))
            _ = rehearsal.round()
        }
        #expect(rehearsal.news == [Self.refusal])
        rehearsal.obstacle = nil
        rehearsal.settle(letter("b"))
        _ = rehearsal.round()
        rehearsal.obstacle = Self.refusal
        rehearsal.settle(letter("c"))
        _ = rehearsal.round()
        #expect(rehearsal.news == [Self.refusal, Self.refusal])
    }

    @Test("tasks are taken although something is in the way of an outcome")
    func goesOn() {
        var rehearsal = Rehearsal.connected { $0.obstacle = Self.refusal }
        rehearsal.settle(letter("a"))
        rehearsal.want(2)
        #expect(rehearsal.round() == ["settle 1", "receive 2", "resume 2", "wait 5000 ms"])
    }

    @Test("a worker that runs all it may writes what they were, and asks for nothing")
    func lastOfMaxTasks() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a"), .sample("b")] }
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "suspend", "wait"])
        rehearsal.want(0)
        rehearsal.settle(.finish(Delivery.sample("a").finished()))
        #expect(rehearsal.round() == ["settle 1", "wait"])
        rehearsal.wake { $0.isClosing = true }
        #expect(rehearsal.round() == ["end"])
        #expect(rehearsal.waiting.count == 1)
    }
}
