/// How often a failed task is tried again, and after what time.
package struct RetryPolicy: Equatable, Sendable {
    /// Tries after the first; `nil`: without end.
    package var maxRetries: Int? = 3
    /// The time between tries without backoff.
    package var delay: Duration = .seconds(180)
    /// The time after the first try, doubled after each further one; `nil`: always ``delay``.
    package var backoff: Duration?
    /// Largest delay of a backoff.
    package var longestBackoff: Duration = .seconds(600)
    /// Whether a delay of a backoff is random, from zero to its full length, so that tasks that
    /// failed together do not come back together.
    package var hasJitter = true

    /// The most tries that a message may ask for; `nil`: as many as it likes.
    package var mostAsked: Int?

    /// How often a task may be tried again without a pause.
    private static let quickRetries = 100
    /// The least pause from then on: endless tries must not keep a worker busy.
    private static let leastDelay: Duration = .seconds(1)
    /// A hundred years.
    private static let longest: Duration = .seconds(100 * 365 * 86_400)

    package init() {}

    /// How often a task is tried again at most; `nil`: without end.
    ///
    /// The message's `own` limit goes before the policy's, as far as allowed; `nil`: it has none.
    func limit(own: Int?) -> Int? {
        guard let own else { return maxRetries }
        return min(own, mostAsked ?? own)
    }

    /// Whether a task that was tried again `retries` times may be tried once more; `own` as for
    /// ``limit(own:)``.
    func allowsAnother(after retries: Int, own: Int?) -> Bool {
        limit(own: own).map { retries < $0 } ?? true
    }

    /// A delay that is long enough for a task that was tried again `retries` times.
    func bounded(_ delay: Duration, after retries: Int) -> Duration {
        retries < Self.quickRetries ? delay : max(delay, Self.leastDelay)
    }

    /// How long to wait after `retries` tries beside the first, as Celery calculates it (`celery-wire`,
    /// section 6.4).
    func delay(
        after retries: Int,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        guard let backoff else { return delay }
        // Before it is doubled: the largest lengths of time have no double.
        let longest = min(longestBackoff, Self.longest)
        var full = min(backoff, longest)
        for _ in 0..<min(max(retries, 0), 62) where full < longest { full = min(full * 2, longest) }
        return hasJitter ? full * Double.random(in: 0...1, using: &generator) : full
    }
}
