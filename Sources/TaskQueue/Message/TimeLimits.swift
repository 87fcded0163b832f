/// How long a task may run, as the header `timelimit` says it: `[hard, soft]` in seconds.
package struct TimeLimits: Equatable, Sendable {
    /// Killed after; `nil`: the worker's own limit.
    package var hard: Double?
    /// Asked to stop after; `nil`: the worker's own limit.
    package var soft: Double?

    package static let none = TimeLimits()

    package init(hard: Double? = nil, soft: Double? = nil) {
        self.hard = hard
        self.soft = soft
    }

    /// Zero is none.
    package init(hard: Duration?, soft: Duration?) {
        let longest = Self.longest
        func seconds(_ length: Duration?) -> Double? {
            length.flatMap { length in
                guard length > .zero else { return nil }
                return length < .seconds(longest) ? Double(length.microseconds) / 1e6 : longest
            }
        }
        self.init(hard: seconds(hard), soft: seconds(soft))
    }

    /// These limits, and where there is none that of `other`.
    package func completed(by other: TimeLimits) -> TimeLimits {
        TimeLimits(hard: hard ?? other.hard, soft: soft ?? other.soft)
    }

    /// Zero is none, as in Celery; a limit beyond a hundred years is a hundred years.
    ///
    /// - Returns: `nil` if the value is neither null nor an array of two numbers or nulls, or a
    ///   number is negative or not finite.
    init?(_ value: JSONText) {
        if value == .null || value == Self.nulls { return }
        guard let elements = value.elements(count: 2),
            let hard = Self.limit(elements[0]), let soft = Self.limit(elements[1])
        else { return nil }
        self.hard = hard == 0 ? nil : hard
        self.soft = soft == 0 ? nil : soft
    }

    /// What messages without limits have.
    private static let nulls = JSONText(wellFormed: Array("[null,null]".utf8))

    /// Seconds, or zero for null; `nil` for what is no limit.
    private static func limit(_ value: JSONText) -> Double? {
        if value == .null { return 0 }
        guard let seconds = value.double, seconds.isFinite, seconds >= 0 else { return nil }
        return min(seconds, longest)
    }

    /// A hundred years, which no arithmetic with instants overflows.
    private static let longest: Double = 100 * 365 * 86_400
}
