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
}
