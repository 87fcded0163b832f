internal import Glibc

/// Says which command runs a task.
///
/// What can run is what is written here, never what a message says.
package struct CommandTable: Sendable {
    /// What stands after `--`; for the named tasks only, or for every task if none is named.
    private let given: (command: CommandSpec, tasks: Set<String>)?
    private let configured: [String: CommandSpec]
    private let directory: TasksDirectory?
    private let settings: Settings

    /// First match counts: `given`, then `configured`, then the directory.
    ///
    /// - Parameters:
    ///   - given: the command line's command; for every task if `tasks` is empty.
    ///   - configured: by the task's name.
    ///   - directory: `nil`: there is none.
    ///   - settings: working directory and environment of the directory's executables.
    package init(
        given: (command: CommandSpec, tasks: Set<String>)?,
        configured: [String: CommandSpec],
        directory: TasksDirectory?,
        settings: Settings = Settings()
    ) {
        self.given = given
        self.configured = configured
        self.directory = directory
        self.settings = settings
    }

    /// `nil` if there is nothing to run for this name.
    package func command(for task: TaskName) -> CommandSpec? {
        if let given, given.tasks.isEmpty || given.tasks.contains(task.text) {
            return given.command
        }
        if let command = configured[task.text] { return command }
        return executable(for: task)
    }

    private func executable(for task: TaskName) -> CommandSpec? {
        guard let directory, let path = directory.executable(for: task) else { return nil }
        let settings = settings.settings(for: task)
        return CommandSpec(
            .executable(path: path),
            workingDirectory: settings?.workingDirectory,
            environment: settings?.environment ?? [:],
            pathWritableByOthers: directory.pathWritableByOthers(to: path)
        )
    }

    /// All that can be run, sorted by name: for `tq-work --check`.
    ///
    /// `*` stands for every name.
    package var plan: [(task: String, command: CommandSpec)] {
        var plan = configured.map { (task: $0.key, command: $0.value) }
        for name in directory?.taskNames ?? [] where configured[name] == nil {
            guard let command = TaskName(name).flatMap(executable) else { continue }
            plan.append((name, command))
        }
        if let given {
            if given.tasks.isEmpty { return [("*", given.command)] }
            plan.removeAll { given.tasks.contains($0.task) }
            plan += given.tasks.map { ($0, given.command) }
        }
        return plan.sorted { $0.task < $1.task }
    }
}
