import Testing

@testable import TaskQueue

@Suite("time limits of a program's own")
struct TimeLimitsTests {
    @Test("are a hundred years at most, and zero is none")
    func bounds() {
        let limits = TimeLimits(hard: .seconds(Int64.max), soft: .zero)
        let century: Double = 100 * 365 * 86_400
        #expect(limits.hard == century)
        #expect(limits.soft == nil)
        #expect(TimeLimits(hard: .milliseconds(1500), soft: nil).hard == 1.5)
    }
}
