/// Whether a worker can run tasks of a name.
package enum Readiness: Equatable, Sendable {
    case ready
    /// Not now, for a reason that is not the task's: it may work in a moment, or on another worker.
    case unable(String)
    /// There is nothing to run for it; the hint is what was probably meant, as a clause, or `nil`.
    case unknown(hint: String?)
}
