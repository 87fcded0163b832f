internal import TaskQueue

/// One way for a command to fail, as `retry_on` and `fatal_on` name it.
package enum ExitCondition: Hashable, Sendable {
    /// 1 to 255.
    case status(Int32)
    case signal(Int32)
    /// Any failure: `"any"`.
    case any
}
