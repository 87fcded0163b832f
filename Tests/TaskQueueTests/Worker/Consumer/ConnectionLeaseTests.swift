import TestSupport
import Testing

@testable import TaskQueue

@Suite("a consumer whose connection is its lease")
struct ConnectionLeaseTests {
    /// One that has taken two tasks.
    private func holding(isLease: Bool = true) -> Rehearsal {
        var rehearsal = Rehearsal.connected { $0.isLease = isLease }
        rehearsal.waiting = [.sample("a"), .sample("b")]
        rehearsal.want(2)
        _ = rehearsal.round()
        return rehearsal
    }

    private func finish(_ delivery: Delivery) -> WorkerState.Settlement {
        .finish(delivery.finished())
    }

    @Test("with the connection all is gone that came over it, which the worker is told")
    func takenBack() {
        var rehearsal = holding()
        rehearsal.fail()
        #expect(rehearsal.takenBack == [["tag-a", "tag-b"]])
    }

    @Test("what was settled before is not taken back")
    func settledBefore() {
        var rehearsal = holding()
        rehearsal.settle(finish(rehearsal.taken[0]))
        _ = rehearsal.round()
        rehearsal.fail()
        #expect(rehearsal.takenBack == [["tag-b"]])
    }

    @Test("an outcome that comes after the loss is not written as one that is held")
    func later() {
        var rehearsal = holding()
        rehearsal.pass(rehearsal.fail())
        _ = rehearsal.round()
        rehearsal.settle(finish(rehearsal.taken[0]))
        #expect(rehearsal.round().first == "settle 1")
        #expect(rehearsal.lost == [.connectionGone])
    }

    @Test("an outcome in hand at the loss is not, either")
    func inHand() {
        var rehearsal = holding()
        rehearsal.settle(finish(rehearsal.taken[0]), finish(rehearsal.taken[1]))
        rehearsal.pass(rehearsal.fail())
        #expect(rehearsal.round().contains("settle 2"))
        #expect(rehearsal.lost == [.connectionGone, .connectionGone])
        #expect(rehearsal.takenBack.isEmpty)
    }

    @Test("what is given back after the loss is settled without a word: the broker has it")
    func givenBack() {
        var rehearsal = holding()
        rehearsal.pass(rehearsal.fail())
        rehearsal.settle(.requeue(RequeuedTask(rehearsal.taken[1])))
        _ = rehearsal.round()
        #expect(rehearsal.settled == 1 && rehearsal.lost.isEmpty)
    }

    @Test("progress of what was taken back is not written")
    func progress() {
        var rehearsal = holding()
        rehearsal.pass(rehearsal.fail())
        let result = StoredResult(id: TaskID("a"), state: .progress, result: .null)
        rehearsal.wake { [delivery = rehearsal.taken[0]] in
            $0.progress = [ProgressReport(delivery, result: result)]
        }
        #expect(!rehearsal.round().contains("report 1"))
    }

    @Test("the same task is held again when it comes over the next connection")
    func again() {
        var rehearsal = holding()
        rehearsal.pass(rehearsal.fail())
        let sample = Delivery.sample("a")
        let second = Delivery(tag: "second", queue: .celery, content: sample.content)
        rehearsal.waiting = [second]
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.settle(finish(rehearsal.taken[0]), finish(second))
        _ = rehearsal.round()
        // The broker of the rehearsal holds neither: one is told as lost with its connection.
        #expect(rehearsal.lost.contains(.connectionGone) && rehearsal.lost.count == 2)
        rehearsal.fail()
        #expect(rehearsal.takenBack == [["tag-a", "tag-b"]])
    }

    @Test("each loss takes back what came since the last")
    func twice() {
        var rehearsal = holding()
        rehearsal.pass(rehearsal.fail())
        rehearsal.waiting = [.sample("c")]
        rehearsal.want(1)
        _ = rehearsal.round()
        rehearsal.fail()
        rehearsal.fail()
        #expect(rehearsal.takenBack == [["tag-a", "tag-b"], ["tag-c"]])
    }

    @Test("ends when the last outcome is stored, though it could not be acknowledged")
    func ends() {
        var rehearsal = holding()
        rehearsal.pass(rehearsal.fail())
        rehearsal.want(0)
        rehearsal.wake { [settlements = rehearsal.taken.map(finish)] in
            $0.settlements = settlements
            $0.isClosing = true
        }
        #expect(rehearsal.round().last == "end")
        #expect(rehearsal.settled == 2)
    }

    @Test("a worker with a lease of its own keeps what it holds over a loss")
    func ownLease() {
        var rehearsal = holding(isLease: false)
        rehearsal.pass(rehearsal.fail())
        rehearsal.settle(finish(rehearsal.taken[0]))
        _ = rehearsal.round()
        #expect(rehearsal.takenBack.isEmpty && !rehearsal.lost.contains(.connectionGone))
    }

    @Test("what was taken back and has not begun is not run: the worker gives it up, read or not")
    func givesUp() throws {
        let now = Moment.now
        var state = WorkerState(
            WorkerConfiguration(queues: [.celery], limits: WorkerLimits(concurrency: 1))
        )
        state.took([.sample("a"), .sample("b"), .sample("c"), .sample("d")])
        for _ in 1...2 {
            guard let delivery = state.nextArrival() else { continue }
            let task = try delivery.task()
            _ = state.decide(delivery, .success(task), readiness: { _, _ in .ready }, now: now)
        }
        guard case .start = state.next(takesAhead: { _ in false }, now: now) else {
            Issue.record("the first is not started")
            return
        }
        let tags: Set = ["tag-a", "tag-b", "tag-c"]
        let back = state.giveUp(tags).map(\.delivery.tag)
        #expect(back == ["tag-b", "tag-c"])
        #expect(state.runs.count == 1 && state.waiting.isEmpty)
        let next = state.nextArrival()
        #expect(next?.tag == "tag-d" && state.arrived == 0)
    }
}
