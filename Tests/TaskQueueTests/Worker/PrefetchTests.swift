import Testing

@testable import TaskQueue

@Suite("prefetch")
struct PrefetchTests {
    private func perSlot(_ durations: Duration...) -> Int {
        var prefetch = Prefetch()
        for duration in durations { prefetch.note(duration) }
        return prefetch.count(slots: 1)
    }

    @Test("holds as many ahead as run in 25 ms, none before it knows, 128 at most")
    func adapts() {
        #expect(perSlot() == 0)
        #expect(perSlot(.milliseconds(5)) == 5)
        #expect(perSlot(.milliseconds(26)) == 0)
        #expect(perSlot(.seconds(3_600)) == 0)
        #expect(perSlot(.microseconds(1)) == 128)
        #expect(perSlot(.zero) == 128)
    }

    @Test("holds some ahead of longer tasks where many run at once, for then they do not wait long")
    func manySlots() {
        var prefetch = Prefetch()
        prefetch.note(.milliseconds(100))
        #expect(prefetch.count(slots: 3) == 0)
        #expect(prefetch.count(slots: 4) == 1)
        #expect(prefetch.count(slots: 1000) == 250)
        #expect(prefetch.perPipe == 0)
    }

    @Test("goes by the latest tasks: a long one ends it, and short ones bring it back")
    func forgets() {
        var prefetch = Prefetch()
        for _ in 0..<100 { prefetch.note(.milliseconds(1)) }
        #expect(prefetch.count(slots: 1) == 25)
        prefetch.note(.seconds(10))
        #expect(prefetch.count(slots: 1) == 0)
        for _ in 0..<200 { prefetch.note(.milliseconds(1)) }
        #expect((20...25).contains(prefetch.count(slots: 1)))
    }

    @Test("hands only short tasks to a command ahead, however many are held")
    func perPipe() {
        var stalled = Prefetch()
        for _ in 0..<100 { stalled.note(.milliseconds(1)) }
        stalled.stall()
        #expect(stalled.count(slots: 30) == 0 && stalled.perPipe == 0)
        var prefetch = Prefetch(fixed: 10)
        #expect(prefetch.perPipe == 0)
        prefetch.note(.milliseconds(5))
        #expect(prefetch.perPipe == 5)
        prefetch.note(.seconds(10))
        #expect(prefetch.perPipe == 0 && prefetch.count(slots: 1) == 10)
        var small = Prefetch(fixed: 1)
        small.note(.milliseconds(1))
        #expect(small.perPipe == 1)
    }

    @Test("is what the options say, however long the tasks take", arguments: [0, 1, 500])
    func fixed(_ count: Int) {
        var prefetch = Prefetch(fixed: count)
        #expect(prefetch.count(slots: 1) == count)
        prefetch.note(.milliseconds(1))
        prefetch.note(.seconds(100))
        #expect(prefetch.count(slots: 1) == count)
    }
}
