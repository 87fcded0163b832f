import TestSupport
import Testing

@testable import TaskQueue

@Suite("retry policy")
struct RetryPolicyTests {
    @Test("a backoff grows as Celery's does, and no further than its maximum")
    func backoff() throws {
        let rows = try #require(Fixture("rates-and-backoff").content[key: "backoff"]?.elements)
        #expect(rows.count == 36)
        for row in rows {
            let numbers = ["factor", "maximum", "retries", "countdown"].compactMap {
                row[key: $0]?.integer
            }
            try #require(numbers.count == 4)
            var policy = RetryPolicy()
            policy.backoff = .seconds(numbers[0])
            policy.longestBackoff = .seconds(numbers[1])
            policy.hasJitter = false
            var random = SeededRandom(seed: 1)
            let delay = policy.delay(after: numbers[2], using: &random)
            #expect(delay == .seconds(numbers[3]), "\(row.text)")
        }
    }

    @Test("jitter takes anything from nothing to the whole delay, each as likely")
    func jitter() {
        var policy = RetryPolicy()
        policy.backoff = .seconds(1)
        var random = SeededRandom(seed: 7)
        let delays = (0..<2_000).map { _ in policy.delay(after: 3, using: &random) }
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= .seconds(8) })
        for eighth in 0..<8 {
            let part = delays.filter { $0 >= .seconds(eighth) && $0 < .seconds(eighth + 1) }
            #expect((190...310).contains(part.count), "\(eighth): \(part.count)")
        }
    }

    @Test("a backoff bears any number of retries", arguments: [-1, 63, 64, 1_000, Int.max])
    func large(retries: Int) {
        var policy = RetryPolicy()
        policy.backoff = .seconds(100_000)
        policy.hasJitter = false
        var random = SeededRandom(seed: 1)
        let delay = policy.delay(after: retries, using: &random)
        #expect(delay == .seconds(600))
    }

    @Test("without a backoff the delay is the same each time, three minutes if nothing is said")
    func fixed() {
        var policy = RetryPolicy()
        var random = SeededRandom(seed: 1)
        for retries in [0, 1, 9] {
            let delay = policy.delay(after: retries, using: &random)
            #expect(delay == .seconds(180))
        }
        policy.delay = .seconds(5)
        let delay = policy.delay(after: 2, using: &random)
        #expect(delay == .seconds(5))
    }

    @Test("the message's own number of retries goes before that of the settings")
    func count() {
        var policy = RetryPolicy()
        #expect(policy.allowsAnother(after: 2, own: nil))
        #expect(!policy.allowsAnother(after: 3, own: nil))
        #expect(policy.allowsAnother(after: 3, own: 4))
        #expect(!policy.allowsAnother(after: 0, own: 0))
        policy.maxRetries = nil
        #expect(policy.allowsAnother(after: 1_000_000, own: nil))
        #expect(!policy.allowsAnother(after: 1, own: 1))
    }
}
