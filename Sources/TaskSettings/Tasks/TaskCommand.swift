internal import TaskQueue

/// How the settings say that a task is run.
package enum TaskCommand: Hashable, Sendable {
    /// `run = "…"`, for `sh -c`; not empty.
    case shellLine(String)
    /// `run = ["…", "{1}"]`, the program first, which is not empty; never seen by a shell.
    case arguments([String])
}
