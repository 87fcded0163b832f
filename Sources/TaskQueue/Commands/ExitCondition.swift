/// One way for a command to fail, as `retry_on` and `fatal_on` name it.
package enum ExitCondition: Hashable, Sendable {
    /// 1 to 255.
    case status(Int32)
    case signal(Int32)
    /// Any failure: `"any"`.
    case any

    /// Whether a command that ended this way meets it.
    func matches(_ status: ExitStatus) -> Bool {
        switch self {
        case .status(let code): status == .exited(code)
        case .signal(let signal): status == .signalled(signal)
        case .any: true
        }
    }
}
