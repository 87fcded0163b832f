/// What becomes of a task after a run, beside the outcome of the run.
package enum TaskFate: Equatable, Sendable {
    /// Nothing more than the outcome says.
    case ended
    /// It is tried again; `number` 1 is the first time.
    case retries(after: Duration, number: Int)
    /// It asked to be tried again, but has been tried often enough.
    case outOfRetries(Int)
}
