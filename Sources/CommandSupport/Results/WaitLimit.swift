package import TaskQueue

/// How long to wait for tasks, all in all: what `--timeout` says.
package struct WaitLimit: Sendable {
    package let timeout: Duration
    /// When nobody waits any more, for tasks or for a server.
    package let deadline: Instant

    /// From now on.
    package init(_ timeout: Duration) {
        self.timeout = timeout
        deadline = .now + timeout
    }

    package var isOver: Bool { deadline <= .now }

    /// The error of tasks that have not ended in time.
    package func timedOut(_ ids: [TaskID]) -> CommandError {
        let what = ids.count == 1 ? "task \(ids[0]) has" : "\(ids.count) tasks have"
        return CommandError(
            .timedOut,
            "\(what) not finished in \(DurationText.format(timeout)): --timeout sets the time"
        )
    }
}
