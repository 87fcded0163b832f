internal import Glibc
package import TaskQueue
package import TaskSettings

/// Says which command runs a task.
///
/// Only what is written here can run, never what a message says.
package struct CommandTable: Sendable {
    /// The command after `--`; for the named tasks only, or for every task if none is named.
    let given: (command: CommandSpec, tasks: Set<String>)?
    private let configured: [String: CommandSpec]
    let directory: TasksDirectory?
    /// Whether the directory was there when this was made, or must be there.
    private let expectsDirectory: Bool
    /// The tasks that the directory had then.
    private let files: Set<String>
    /// Of the directory's executables, by the task's name.
    private let traits: [String: CommandOptions]
    /// Of executables without a table of their own.
    private let commonTraits: CommandOptions

    /// First match counts: `given`, then `configured`, then the directory.
    ///
    /// - Parameters:
    ///   - given: the command line's command; for every task if `tasks` is empty. It is a stream command
    ///     if `isStream`, or the settings say so.
    ///   - directory: `nil`: there is none.
    ///   - settings: the configured commands, and the traits of all.
    /// - Throws: ``SettingsError`` for settings that cannot be met, such as a user that does not exist.
    package init(
        given: (form: CommandSpec.Form, tasks: Set<String>, isStream: Bool)?,
        directory: TasksDirectory?,
        settings: Settings = Settings()
    ) throws(SettingsError) {
        func traits(for name: String) throws(SettingsError) -> CommandOptions {
            let task = TaskName(name).flatMap { settings.settings(for: $0) }
            return try CommandOptions(settings, task)
        }
        var configured: [String: CommandSpec] = [:]
        var named: [String: CommandOptions] = [:]
        for task in settings.tasks {
            let own = try traits(for: task.name.text)
            named[task.name.text] = own
            if let command = task.command {
                if case .arguments(let words) = command,
                    let problem = CommandLineBuilder.problem(of: words, isStream: own.isStream)
                {
                    throw .badValue(task.place, reason: problem)
                }
                configured[task.name.text] = CommandSpec(CommandSpec.Form(command), own)
            }
        }
        commonTraits = try traits(for: TaskSettings.common)
        if let given {
            // For one task the settings of its table count.
            let name = given.tasks.count == 1 ? given.tasks.first : nil
            var own = try traits(for: name ?? TaskSettings.common)
            if given.isStream { own.isStream = true }
            if own.isStream, case .vector(let words) = given.form,
                let task = name.flatMap({ name in settings.tasks.first { $0.name.text == name } }),
                let problem = CommandLineBuilder.problem(of: words, isStream: true)
            {
                throw .badValue(task.place, reason: problem)
            }
            self.given = (CommandSpec(given.form, own), given.tasks)
        } else {
            self.given = nil
        }
        self.configured = configured
        self.traits = named
        self.directory = directory
        expectsDirectory = directory.map { $0.isNamed || $0.isThere } ?? false
        files = Set(directory?.taskNames ?? [])
    }

    /// `nil` if there is nothing to run for this name.
    package func command(for task: TaskName) -> CommandSpec? {
        if let given, given.tasks.isEmpty || given.tasks.contains(task.text) {
            return given.command
        }
        if let command = configured[task.text] { return command }
        return executable(for: task)
    }

    /// Why there is no command for a task; call it only then.
    ///
    /// A missing file may come back: it is being replaced, or its folder's file system is unmounted for a while.
    func absence(of task: TaskName) -> TasksDirectory.Absence {
        guard let directory else { return .none(hint: nil) }
        switch directory.absence(of: task) {
        case .trouble where !expectsDirectory: return .none(hint: nil)
        case .none(let hint) where files.contains(task.text):
            let file = TasksDirectory.fileName(of: task) ?? task.text
            return .trouble(hint ?? "\(directory.path)/\(file) is not there any more")
        case let absence: return absence
        }
    }

    private func executable(for task: TaskName) -> CommandSpec? {
        guard let directory else { return nil }
        let traits = traits[task.text] ?? commonTraits
        let user = traits.process.user?.uid
        guard let file = directory.executable(for: task, runAs: user) else { return nil }
        return CommandSpec(
            .executable(path: file.path),
            traits,
            distrust: file.distrust
        )
    }

    /// The other users that commands run as and are told where the broker is.
    package var usersToldOfBroker: Set<String> {
        let all = [commonTraits] + traits.values + (given.map { [$0.command.traits] } ?? [])
        return Set(
            all.compactMap { $0.passedEnvironment.passesBroker ? $0.process.user?.name : nil }
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

extension CommandSpec.Form {
    fileprivate init(_ command: TaskCommand) {
        switch command {
        case .shellLine(let line): self = .shellLine(line)
        case .arguments(let words): self = .vector(words)
        }
    }
}
