internal import Glibc
internal import TaskQueue
package import TaskSettings

/// How a command is run, whichever it is.
package struct CommandOptions: Equatable, Sendable {
    /// Largest result, in bytes, where no setting says otherwise.
    package static let resultLimit = 16 << 20

    /// Started once for each task that can run at once, and given one task a line.
    package var isStream = false
    package var process = ProcessOptions()
    /// In addition to the worker's environment.
    package var environment: [String: String] = [:]
    /// The part of the worker's environment that it gets.
    package var passedEnvironment = EnvironmentFilter()
    package var exitRule = ExitRule()
    /// Largest result, in bytes.
    package var resultLimit = CommandOptions.resultLimit

    package init() {}
}

extension CommandOptions {
    /// - Parameters:
    ///   - settings: of the whole file.
    ///   - task: what the file says about the task; `nil`: nothing.
    /// - Throws: ``SettingsError`` if its user does not exist, or the worker may not become another.
    package init(_ settings: Settings, _ task: TaskSettings?) throws(SettingsError) {
        self.init()
        resultLimit = task?.resultMaxBytes ?? settings.resultMaxBytes ?? Self.resultLimit
        guard let task else { return }
        isStream = task.isStream ?? false
        environment = task.environment
        passedEnvironment.patterns = task.passedEnvironment
        passedEnvironment.passesBroker = task.passesBroker ?? true
        exitRule.retryOn = task.retryOn ?? []
        exitRule.fatalOn = task.fatalOn ?? []
        process.workingDirectory = task.workingDirectory
        process.niceness = task.niceness
        process.umask = task.umask
        process.maxRSS = task.maxRSS
        process.user = try task.commandUser()
    }
}

extension TaskSettings {
    fileprivate func commandUser() throws(SettingsError) -> CommandUser? {
        guard let user else { return nil }
        guard let found = CommandUser(named: user) else {
            throw .badValue(place, reason: "user: there is no user \"\(user)\"")
        }
        guard geteuid() == 0 || geteuid() == found.uid else {
            throw .badValue(
                place,
                reason: "user: only root may run commands as another user, here \"\(user)\""
            )
        }
        return geteuid() == found.uid ? nil : found
    }
}
