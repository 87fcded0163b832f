/// What becomes of a task after a run, beside what came out of that.
package enum TaskFate: Equatable, Sendable {
    /// Nothing, or what the outcome says.
    case ended
    /// It is tried again; `number` 1 is the first time.
    case retries(after: Duration, number: Int)
    /// It asked to be tried again, and has been so often enough.
    case outOfRetries(Int)
}
