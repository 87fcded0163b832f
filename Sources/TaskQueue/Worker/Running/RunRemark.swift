/// What a run gives cause to say, beside its outcome.
package enum RunRemark: Equatable, Sendable {
    /// What a command that succeeded has written to stderr: the end of it.
    case stderr(String)
    /// Something of what it wrote was left out.
    case leftOut(String)
}
