/// What the worker's own settings say about the tasks of one name; a message may say otherwise.
package struct TaskPolicy: Equatable, Sendable {
    package var ignoresResult = false
    package var limits = TimeLimits.none
    /// The longest time limit that a message may ask for; `nil`: any.
    package var longestAsked: Duration?
    package var retry = RetryPolicy()

    package init() {}

    /// The limits of a task whose message asks for some.
    func limits(asked: TimeLimits) -> TimeLimits {
        asked.capped(at: longestAsked).completed(by: limits).inForce
    }
}
