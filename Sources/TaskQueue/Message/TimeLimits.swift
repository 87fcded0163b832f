/// How long a task may run, as the header `timelimit` says it: `[hard, soft]` in seconds.
package struct TimeLimits: Equatable, Sendable {
    /// Killed after; zero: never, `nil`: the worker's own limit.
    package var hard: Double?
    /// Asked to stop after; zero: never, `nil`: the worker's own limit.
    package var soft: Double?

    /// Those of the worker.
    package static let none = TimeLimits()

    package init(hard: Double? = nil, soft: Double? = nil) {
        self.hard = hard
        self.soft = soft
    }

    package init(hard: Duration?, soft: Duration?) {
        self.init(hard: hard.map(Self.seconds), soft: soft.map(Self.seconds))
    }

    /// A limit of a length of time.
    package static func seconds(_ length: Duration) -> Double {
        guard length < .seconds(longest) else { return longest }
        return max(Double(length.microseconds) / 1e6, 0)
    }

    /// These limits, and where there is none that of `other`.
    package func completed(by other: TimeLimits) -> TimeLimits {
        TimeLimits(hard: hard ?? other.hard, soft: soft ?? other.soft)
    }

    /// These limits, but for a hard one that is longer than `most`, or never; `nil`: all are as they are.
    package func capped(at most: Duration?) -> TimeLimits {
        guard let most, let hard, let cap = TimeLimits(hard: most, soft: nil).hard else {
            return self
        }
        return TimeLimits(hard: hard == 0 ? cap : min(hard, cap), soft: soft)
    }

    /// What there is to hold a run to: without what is never.
    var inForce: TimeLimits {
        TimeLimits(hard: hard == 0 ? nil : hard, soft: soft == 0 ? nil : soft)
    }

    /// A limit beyond a hundred years is a hundred years; one below zero, which Celery's workers pass over,
    /// is the worker's own.
    ///
    /// - Returns: `nil` if the value is nothing to Python, such as null, nor an array of two numbers or
    ///   nulls.
    init?(_ value: JSONText) {
        if value == .null || value == Self.nulls || !KombuValue.isTrue(value) { return }
        guard let elements = value.elements(count: 2),
            let hard = Self.limit(elements[0]), let soft = Self.limit(elements[1])
        else { return nil }
        self.hard = hard < 0 ? nil : hard
        self.soft = soft < 0 ? nil : soft
    }

    /// What messages without limits have.
    private static let nulls = JSONText(wellFormed: Array("[null,null]".utf8))

    /// Seconds, or -1 for null; `nil` if it is not a limit.
    private static func limit(_ value: JSONText) -> Double? {
        if value == .null { return -1 }
        guard let seconds = KombuValue.number(value), seconds.isFinite else { return nil }
        return min(seconds, longest)
    }

    /// A hundred years, which no arithmetic with instants overflows.
    private static let longest: Double = 100 * 365 * 86_400
}
