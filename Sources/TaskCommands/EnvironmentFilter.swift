package import TaskQueue

/// Which variables of the worker's environment a command gets.
package struct EnvironmentFilter: Equatable, Sendable {
    /// Passed in any case: hardly a program finds its way without these.
    private static let always: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "PWD",
    ]

    /// `pass_environment`; `nil`: all are passed.
    package var patterns: [GlobPattern]?
    /// `pass_broker`: whether the command is told where broker and result backend are.
    package var passesBroker = true

    package init() {}

    func passes(_ name: String) -> Bool {
        guard let patterns else { return true }
        return Self.always.contains(name) || name.hasPrefix("LC_")
            || patterns.contains { $0.matches(name) }
    }
}
