import Testing

@testable import TaskQueue

@Suite("how a worker ends that was told to")
struct ShutdownTests {
    private let start = Instant.now
    private var shutdown = Shutdown()

    @Test("the first order lets what runs end, the second does not")
    mutating func twice() {
        let first = shutdown.told(isCold: false, at: start)
        let second = shutdown.told(isCold: false, at: start + .milliseconds(101))
        #expect(first == true && second == false)
    }

    @Test("an order that follows at once is the same")
    mutating func echo() {
        let first = shutdown.told(isCold: false, at: start)
        let echo = shutdown.told(isCold: false, at: start + .milliseconds(100))
        #expect(first == true && echo == nil)
    }

    @Test("an order to stop at once is never the same, and lets nothing end")
    mutating func cold() {
        let first = shutdown.told(isCold: true, at: start)
        let second = shutdown.told(isCold: true, at: start)
        #expect(first == false && second == false)
    }

    @Test("what runs is interrupted so long after the first order, if there is such a time")
    mutating func timeout() {
        #expect(shutdown.interruptsAt(after: .seconds(9)) == nil)
        _ = shutdown.told(isCold: false, at: start)
        #expect(shutdown.interruptsAt(after: nil) == nil)
        #expect(shutdown.interruptsAt(after: .seconds(9)) == start + .seconds(9))
    }

    @Test("what runs is interrupted once, and its grace runs from then on")
    mutating func grace() {
        _ = shutdown.told(isCold: true, at: start)
        let isFirst = shutdown.interrupts(grace: .seconds(5), at: start)
        let isSecond = shutdown.interrupts(grace: .seconds(5), at: start + .seconds(3))
        #expect(isFirst && !isSecond)
        #expect(shutdown.interruptsAt(after: .seconds(9)) == nil)
        #expect(!shutdown.isOver(at: start + .milliseconds(5999)))
        #expect(shutdown.isOver(at: start + .seconds(6)))
    }

    @Test("a warm stop is never over by itself")
    mutating func warm() {
        _ = shutdown.told(isCold: false, at: start)
        #expect(!shutdown.isOver(at: start + .seconds(86_400)))
    }
}
