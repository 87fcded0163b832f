import TestSupport
import Testing

@testable import TaskQueue

@Suite("a consumer that takes tasks")
struct ConsumerTakingTests {
    private func suspect(_ id: String) -> Delivery {
        let sample = Delivery.sample(id)
        return Delivery(tag: sample.tag, queue: .celery, content: sample.content, losses: 1)
    }

    @Test("asks for as many as are wanted, and once more only when more are")
    func asks() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a"), .sample("b")] }
        rehearsal.want(2)
        #expect(rehearsal.round() == ["receive 2", "suspend", "wait"])
        #expect(rehearsal.taken.count == 2)
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait"])
    }

    @Test("waits for those that it did not find, and for no more")
    func waitsForRest() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a")] }
        rehearsal.want(3)
        #expect(rehearsal.round() == ["receive 3", "resume 2", "wait"])
    }

    @Test("with all slots busy it takes nothing, and leaves what arrives to others, once")
    func fullSlots() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a")] }
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "suspend", "wait"])
        rehearsal.want(0)
        #expect(rehearsal.round() == ["wait"])
    }

    @Test("with all slots busy it leaves again to others what it is told of")
    func toldWhileFull() {
        var rehearsal = Rehearsal.connected()
        rehearsal.wake(hasArrived: true)
        #expect(rehearsal.round() == ["suspend", "wait"])
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait"])
    }

    @Test("asks again when tasks may have arrived")
    func arrivals() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait"])
        rehearsal.waiting = [.sample("a")]
        rehearsal.wake(hasArrived: true)
        #expect(rehearsal.round() == ["receive 1", "suspend", "wait"])
    }

    @Test("asks again for nothing else that wakes it")
    func otherReasons() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait"])
    }

    @Test("asks again though the queues were empty if what has ended may have sent tasks")
    func looksAgain() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.wake { $0.looksAgain = true }
        #expect(rehearsal.round() == ["receive 1", "resume 1", "wait"])
        rehearsal.wake()
        #expect(rehearsal.round() == ["wait"])
    }

    @Test("says so when more or fewer are waited for")
    func otherCount() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.want(5)
        #expect(rehearsal.round() == ["resume 5", "wait"])
        rehearsal.want(2)
        #expect(rehearsal.round() == ["resume 2", "wait"])
    }

    @Test("a paused worker waits for nothing, and then for what arrives, without asking")
    func pause() {
        var rehearsal = Rehearsal.connected()
        rehearsal.want(2)
        _ = rehearsal.round()
        rehearsal.want(0)
        #expect(rehearsal.round() == ["suspend", "wait"])
        rehearsal.want(2)
        #expect(rehearsal.round() == ["resume 2", "wait"])
    }

    @Test("what was granted and not taken is not taken after it was withdrawn")
    func withdrawn() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a")] }
        rehearsal.wake { $0.granted = 1 }
        rehearsal.wake { $0.granted = 0 }
        #expect(rehearsal.round() == ["wait"])
        #expect(rehearsal.waiting.count == 1)
    }

    @Test("a task that was revoked comes as any other does, marked")
    func revoked() {
        let sample = Delivery.sample("a")
        let revoked = Delivery(
            tag: sample.tag,
            queue: .celery,
            content: sample.content,
            standing: .revoked
        )
        var rehearsal = Rehearsal.connected { $0.waiting = [revoked] }
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "suspend", "wait"])
        #expect(rehearsal.taken.map(\.isRevoked) == [true])
    }

    @Test("an answer that was lost is asked for anew, for as many as before")
    func lostReply() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a"), .sample("b")] }
        rehearsal.want(2)
        #expect(rehearsal.next() == "receive 2")
        rehearsal.pass(rehearsal.fail())
        #expect(rehearsal.round().prefix(2) == ["connect to celery again", "receive 2"])
        #expect(rehearsal.taken.count == 2)
    }

    // MARK: - Suspects

    @Test("is by itself only when all that was taken has come to the worker")
    func solitude() {
        var rehearsal = Rehearsal.connected { $0.waiting = [.sample("a")] }
        rehearsal.want(2, in: .alone)
        #expect(rehearsal.round().first == "receive 2 alone")
        rehearsal.wake(hasArrived: true)
        #expect(rehearsal.round().first == "receive 1")
    }

    @Test("takes nothing after a task under suspicion until the worker has it and asks again")
    func afterSuspect() {
        var rehearsal = Rehearsal.connected { $0.waiting = [suspect("a"), .sample("b")] }
        rehearsal.want(2, in: .alone)
        #expect(rehearsal.round() == ["receive 2 alone", "suspend", "wait"])
        rehearsal.wake(hasArrived: true)
        #expect(rehearsal.round() == ["suspend", "wait"])
        rehearsal.want(1)
        #expect(rehearsal.round() == ["receive 1", "suspend", "wait"])
    }

    @Test("a look that leaves a suspect has not found the queues empty")
    func suspectLeft() {
        var rehearsal = Rehearsal.connected { $0.suspectsLeft = .toThis }
        rehearsal.want(1)
        _ = rehearsal.round()
        #expect(rehearsal.looks.map(\.isEmpty) == [false])
        #expect(rehearsal.looks.map(\.suspectsLeft) == [.toThis])
        rehearsal.suspectsLeft = .none
        rehearsal.wake(hasArrived: true)
        _ = rehearsal.round()
        #expect(rehearsal.looks.map(\.isEmpty) == [false, true])
    }

    // MARK: - What the worker is told

    @Test("a look says of which requests it was, and how far the worker was by itself")
    func look() {
        var rehearsal = Rehearsal.connected()
        rehearsal.wake { $0.serial = 4 }
        rehearsal.want(1, in: .quiet)
        _ = rehearsal.round()
        #expect(rehearsal.looks.map(\.serial) == [4])
        #expect(rehearsal.looks.map(\.solitude) == [.quiet])
        rehearsal.waiting = [.sample("a")]
        rehearsal.wake(hasArrived: true)
        _ = rehearsal.round()
        #expect(rehearsal.looks.last?.solitude == Solitude.none)
    }

    @Test("what the broker cannot do for some queues is told once, until it is another thing")
    func complaints() {
        var state = ConsumerState(ConsumerRequests(queues: [.celery]))
        let first = BrokerError.unusable(url: "rehearsal:", reason: "wrong type")
        let second = BrokerError.unusable(url: "rehearsal:", reason: "not allowed")
        let complaints = [nil, first, first, second, nil, second]
        let news = complaints.map { state.news(of: $0)?.0 }
        #expect(news == [nil, first, nil, second, nil, second])
    }
}
