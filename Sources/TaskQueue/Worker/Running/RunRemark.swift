/// A remark about a run, beside its outcome.
package enum RunRemark: Equatable, Sendable {
    /// The end of what a successful command has written to stderr.
    case stderr(String)
    /// Part of what it wrote was ignored.
    case leftOut(String)
}
