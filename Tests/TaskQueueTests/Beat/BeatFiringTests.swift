import TaskQueue
import TestSupport
import Testing

@Suite("what becomes of a firing")
struct BeatFiringTests {
    private let earlier = Timestamp(microseconds: 1_000_000)
    private let instant = Timestamp(microseconds: 2_000_000)
    private let message = OutgoingMessage.sample(unique: UniqueHold("report"))

    private func firing(most: Int? = nil, version: Int64? = nil) -> BeatFiring {
        BeatFiring(
            entry: "report",
            instant: instant,
            most: most,
            version: version,
            message: message
        )
    }

    private func known(
        count: Int = 0,
        isPaused: Bool = false,
        version: Int64? = nil
    ) -> KnownEntry {
        KnownEntry(
            record: BeatRecord(lastFiring: earlier, count: count),
            isPaused: isPaused,
            version: version
        )
    }

    private func outcome(_ firing: BeatFiring, _ known: KnownEntry?) -> BeatOutcome {
        firing.outcome(in: known) { _ in nil }
    }

    @Test("it is sent if it comes after the last that is remembered, or nothing is")
    func sent() {
        #expect(outcome(firing(), known()) == .sent)
        #expect(outcome(firing(), nil) == .sent)
        #expect(outcome(firing(most: 3), known(count: 2)) == .sent)
    }

    @Test("it has passed if one at its instant was sent, or the entry has fired as often as it may")
    func passed() {
        var latest = known()
        latest.record.lastFiring = instant
        #expect(outcome(firing(), latest) == .passed(latest.record))
        #expect(outcome(firing(most: 3), known(count: 3)) == .passed(known(count: 3).record))
    }

    @Test("of a live entry it is gone unless the entry is there in that version")
    func gone() {
        #expect(outcome(firing(version: 2), known(version: 2)) == .sent)
        for other in [known(version: 3), known(), nil] {
            #expect(outcome(firing(version: 2), other) == .gone)
        }
    }

    @Test("gone comes before passed, that before paused, and that before who holds the key")
    func order() {
        var known = known(isPaused: true, version: 1)
        known.record.lastFiring = instant
        #expect(outcome(firing(version: 2), known) == .gone)
        #expect(outcome(firing(version: 1), known) == .passed(known.record))
        known.record.lastFiring = earlier
        let paused = firing(version: 1).outcome(in: known) { key in
            Issue.record("asked who holds \(key)")
            return nil
        }
        #expect(paused == .paused)
    }

    @Test("while another task holds its key it is left out")
    func held() {
        let holder = TaskID.next()
        let outcome = firing().outcome(in: known()) { $0 == "report" ? holder : nil }
        #expect(outcome == .overlapped(holder))
    }

    @Test("what was left out is remembered as over, what was sent with its task, and nothing else")
    func remembered() {
        let holder = TaskID.next()
        let known = known(count: 4)
        let sent = BeatRecord(lastFiring: instant, count: 5, lastTask: message.id)
        #expect(firing().record(after: .sent, in: known) == sent)
        for outcome in [BeatOutcome.paused, .overlapped(holder)] {
            let record = firing().record(after: outcome, in: known)
            #expect(record == BeatRecord(lastFiring: instant, count: 4))
        }
        for outcome in [BeatOutcome.gone, .notLeading, .passed(known.record)] {
            #expect(firing().record(after: outcome, in: known) == nil)
        }
    }
}
