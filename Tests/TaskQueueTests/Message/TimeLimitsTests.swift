import Testing

@testable import TaskQueue

@Suite("time limits of a program's own")
struct TimeLimitsTests {
    @Test("are a hundred years at most, and zero is for ever")
    func bounds() {
        let limits = TimeLimits(hard: .seconds(Int64.max), soft: .zero)
        let century: Double = 100 * 365 * 86_400
        #expect(limits.hard == century)
        #expect(limits.soft == 0)
        #expect(TimeLimits(hard: .milliseconds(1500), soft: nil).hard == 1.5)
    }

    @Test("of zero go before the worker's own, and nothing holds the run then")
    func never() {
        let own = TimeLimits(hard: 10, soft: 5)
        let asked = TimeLimits(hard: 0, soft: nil)
        #expect(asked.completed(by: own).inForce == TimeLimits(hard: nil, soft: 5))
        #expect(TimeLimits.none.completed(by: own).inForce == own)
    }

    @Test(
        "are what a message asks for, as far as it may",
        arguments: [
            (nil, nil), (0, 60), (1e9, 60), (61, 60), (60, 60), (1, 1),
        ] as [(Double?, Double?)]
    )
    func capped(asked: Double?, given: Double?) {
        #expect(TimeLimits(hard: asked, soft: 9).capped(at: .seconds(60)).hard == given)
        #expect(TimeLimits(hard: asked, soft: 9).capped(at: nil).hard == asked)
    }
}
