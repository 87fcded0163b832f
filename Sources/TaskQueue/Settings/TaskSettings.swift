/// A table `[tasks."NAME"]` of the settings file.
package struct TaskSettings: Sendable {
    package let name: TaskName
    /// Where the table begins, for messages about it.
    package let place: SettingsPlace
    /// `run`; `nil` when the task is an executable in the tasks directory or a Swift handler.
    package var command: TaskCommand?
    /// `working_directory`, an absolute path; `nil` for the worker's own.
    package var workingDirectory: String?
    /// `env`, in addition to the worker's own.
    package var environment: [String: String] = [:]
    /// `ignore_result`; `nil` for `task_ignore_result`.
    package var ignoreResult: Bool?
}

extension TaskSettings {
    /// Every key of the table.
    static let keys: [SettingsKey<TaskSettings>] = [
        SettingsKey("run") { task, item throws(SettingsError) in
            task.command = try item.command()
        },
        SettingsKey("working_directory") { task, item throws(SettingsError) in
            task.workingDirectory = try item.path()
        },
        SettingsKey("env") { task, item throws(SettingsError) in
            task.environment = try item.environment()
        },
        SettingsKey("ignore_result") { task, item throws(SettingsError) in
            task.ignoreResult = try item.boolean()
        },
    ]

    /// Reads one entry of `tasks`.
    init(_ item: SettingsItem) throws(SettingsError) {
        guard let name = TaskName(item.name) else {
            throw item.badValue("a task's name is not empty and has no control characters")
        }
        self.name = name
        place = item.place
        try SettingsKey.read(
            item.members(),
            by: Self.keys,
            hint: "a name with a dot needs quotes, as in [tasks.\"sms.send\"]",
            into: &self
        )
    }
}
