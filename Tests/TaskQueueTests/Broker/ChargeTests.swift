import TaskQueue
import Testing

@Suite("what a task has to do with its worker's death")
struct ChargeTests {
    @Test("only a task that was held alone comes to the number of losses that sets it aside")
    func onlyAlone() {
        for charge in [Charge.likely, .unlikely, .open] {
            let losses = (0..<10).reduce(0) { losses, _ in charge.losses(after: losses) }
            #expect(losses < Lease.mostLosses)
        }
        #expect(Charge.alone.losses(after: 2) == Lease.mostLosses)
        #expect(Charge.alone.isPoison(3, besides: 3) && !Charge.open.isPoison(99, besides: 0))
        #expect(!Charge.alone.isPoison(3, besides: 4) && Charge.alone.isPoison(10, besides: 999))
    }

    @Test("every task that a dead worker held is under suspicion")
    func everyOne() {
        for charge in [Charge.alone, .likely, .unlikely, .open] {
            #expect(charge.losses(after: 0) == 1)
        }
    }

    @Test("a task that kills late, beside others, has to run alone in the end, its neighbours not")
    func late() {
        let charges = [0, 1, 2].map { index in
            Charge(amongst: 3, isLast: index == 2, lastWasSuspect: true)
        }
        #expect(charges.map { $0.losses(after: 1) } == [1, 1, 2])
        let open = Charge(amongst: 2, isLast: true, lastWasSuspect: false)
        #expect(open.losses(after: 1) == 2)
        #expect(Solitude(forLosses: 1) == .quiet)
        #expect(Solitude(forLosses: 2) == .alone)
    }

    @Test("a worker that held one task alone tells most: its third loss sets it aside")
    func verdicts() {
        let alone = WorkerDeath(holding: [2]).verdict(at: 0, besides: 0)
        #expect(alone.losses == 3 && alone.isPoison)
        let death = WorkerDeath(holding: [0, 2])
        let verdicts = [0, 1].map { death.verdict(at: $0, besides: 0) }
        #expect(verdicts.map(\.losses) == [1, 2])
        #expect(verdicts.map(\.isPoison) == [false, false])
    }

    @Test("a death is unexplained unless the task taken last was under suspicion")
    func unexplained() {
        #expect(WorkerDeath(holding: []).isUnexplained)
        #expect(WorkerDeath(holding: [1, 0]).isUnexplained)
        #expect(!WorkerDeath(holding: [0, 1]).isUnexplained)
    }

    @Test("what is set aside for its losses says how many, and fails if its result is expected")
    func poison() {
        let delivery = Delivery(tag: "1", queue: .celery, content: .kombu([]), losses: 3)
        for isExpected in [true, false] {
            let letter = DeadLetter.poison(
                delivery,
                id: TaskID("x"),
                task: nil,
                expectsResult: isExpected,
                at: .earliest,
                message: nil
            )
            #expect(letter.reason.contains("3 workers died"))
            #expect((letter.result?.state == .failure) == isExpected)
        }
    }
}
