internal import TaskQueue

/// How a process ended.
enum ExitStatus: Equatable {
    case exited(Int32)
    case signalled(Int32)
}

extension ExitStatus {
    /// Whether a shell, env(1) or the like reports this way that it could not run a program.
    var isNotRun: Bool { self == .exited(126) || self == .exited(127) }
}
