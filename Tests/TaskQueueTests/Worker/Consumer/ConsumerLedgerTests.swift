import TestSupport
import Testing

@testable import TaskQueue

@Suite("what a worker asks of its consumer")
struct ConsumerLedgerTests {
    private func look(
        isEmpty: Bool = true,
        in solitude: Solitude = .none,
        left: SuspectsLeft = .none,
        serial: Int = 0
    ) -> ConsumerReport {
        .looked(
            QueueLook(
                isEmpty: isEmpty,
                solitude: solitude,
                suspectsLeft: left,
                serial: serial,
                time: .earliest,
                clockOffset: .zero
            )
        )
    }

    @Test("more tasks wake it, fewer do not, and none at all does")
    func news() {
        var ledger = ConsumerLedger()
        #expect(ledger.want(4, in: .none)?.isNews == true)
        #expect(ledger.want(2, in: .none)?.isNews == false)
        #expect(ledger.want(0, in: .none)?.isNews == true)
        #expect(ledger.want(0, in: .none) == nil)
    }

    @Test("what was taken is counted, not asked for again")
    func counts() {
        var ledger = ConsumerLedger()
        _ = ledger.want(3, in: .none)
        #expect(ledger.note(.taken([.sample("a"), .sample("b")])) == nil)
        #expect(ledger.want(1, in: .none) == nil)
        #expect(ledger.want(2, in: .none)?.granted == 4)
    }

    @Test("a task under suspicion withdraws what was granted, before anything else is decided")
    func suspect() {
        var ledger = ConsumerLedger()
        _ = ledger.want(3, in: .alone)
        let sample = Delivery.sample("a")
        let suspect = Delivery(tag: "t", queue: .celery, content: sample.content, losses: 1)
        let grant = ledger.note(.taken([suspect]))
        #expect(grant?.granted == 1 && grant?.received == 1 && grant?.solitude == Solitude.none)
    }

    @Test("suspects that were left are asked for when the worker is more by itself, once")
    func suspectsLeft() {
        var ledger = ConsumerLedger()
        _ = ledger.want(1, in: .none)
        _ = ledger.note(look(in: .none, left: .toOthers))
        #expect(ledger.want(1, in: .none) == nil)
        #expect(ledger.want(1, in: .quiet)?.looksAgain == true)
        #expect(ledger.want(1, in: .quiet) == nil)
    }

    @Test("the queues are empty only by a look that followed the last outcomes")
    func empty() {
        var ledger = ConsumerLedger()
        #expect(!ledger.queuesAreEmpty)
        _ = ledger.note(look())
        #expect(ledger.queuesAreEmpty)
        ledger.writes(2)
        #expect(!ledger.queuesAreEmpty && ledger.unsettled == 2)
        _ = ledger.note(look(serial: 1))
        _ = ledger.note(.settled(2))
        #expect(ledger.queuesAreEmpty && ledger.unsettled == 0)
    }

    @Test("a failure is remembered until the broker is there again")
    func failure() {
        var ledger = ConsumerLedger()
        let error = BrokerError.connectionLost(url: "rehearsal:", reason: "as the test wants it")
        _ = ledger.note(.opened)
        #expect(ledger.isUp && ledger.failure == nil)
        _ = ledger.note(.failed(error, retryIn: .seconds(1)))
        #expect(!ledger.isUp && ledger.failure == error)
        _ = ledger.note(.opened)
        #expect(ledger.isUp && ledger.failure == nil)
    }
}
