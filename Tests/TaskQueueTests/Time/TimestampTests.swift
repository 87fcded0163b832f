import Testing

@testable import TaskQueue

@Suite("Timestamp")
struct TimestampTests {
    @Test("a length moves it forth and back, and the difference is the length")
    func arithmetic() {
        let instant = Timestamp(microseconds: 1_700_000_000_123_456)
        let later = instant + .milliseconds(1_500)
        #expect(later.microseconds == 1_700_000_001_623_456)
        #expect(later - instant == .milliseconds(1_500))
        #expect(instant - later == .milliseconds(-1_500))
        #expect(later - .milliseconds(1_500) == instant)
        #expect(instant < later)
    }

    @Test("what lies beyond the years 1 to 9999 ends at their first and last microsecond")
    func clamping() {
        let forever = Duration.seconds(Int64.max)
        #expect(Timestamp.now() + forever == .latest)
        #expect(Timestamp.now() - forever == .earliest)
        #expect(Timestamp.latest + .microseconds(1) == .latest)
        #expect(Timestamp(microseconds: .min) == .earliest)
        #expect(Timestamp(microseconds: .max) - Timestamp(microseconds: .min) > .zero)
        #expect(Timestamp.earliest.iso8601 == "0001-01-01T00:00:00+00:00")
        #expect(Timestamp.latest.iso8601 == "9999-12-31T23:59:59.999999+00:00")
    }

    @Test("and is none where nothing may be moved")
    func exact() {
        let now = Timestamp.now()
        #expect(now.exactly(after: .seconds(5)) == now + .seconds(5))
        #expect(now.exactly(after: .seconds(Int64.max)) == nil)
        #expect(now.exactly(after: .seconds(-3_000_000 * 86_400)) == nil)
        #expect(Timestamp.latest.exactly(after: .microseconds(1)) == nil)
    }

    @Test(
        "an epoch in seconds is read to the nearest microsecond",
        arguments: [
            (0, 0), (1_700_000_000.25, 1_700_000_000_250_000), (-1.5, -1_500_000),
            (1_790_000_000.123456, 1_790_000_000_123_456), (.nan, 0),
            (.infinity, Timestamp.latest.microseconds),
            (-1e300, Timestamp.earliest.microseconds),
        ] as [(Double, Int64)]
    )
    func epoch(seconds: Double, microseconds: Int64) {
        #expect(Timestamp(secondsSinceEpoch: seconds).microseconds == microseconds)
    }

    @Test("an epoch in seconds gives back what was read")
    func epochRoundTrip() {
        let instant = Timestamp(microseconds: 1_790_000_000_123_457)
        #expect(Timestamp(secondsSinceEpoch: instant.secondsSinceEpoch) == instant)
    }

    @Test("now is after this test was written and before the year 2200")
    func now() {
        #expect(Timestamp.now() > Timestamp(secondsSinceEpoch: 1_767_225_600))
        #expect(Timestamp.now() < Timestamp(secondsSinceEpoch: 7_258_118_400))
    }
}
