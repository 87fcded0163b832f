internal import Glibc

/// Environments of commands: `NAME=value` each.
///
/// What a task's own variables are named like is left out: they come beside.
struct ProcessEnvironment {
    /// The worker's own.
    private let base: [String]
    /// Those that were asked for, by what makes the difference.
    private var made: [(variables: [String: String], user: CommandUser?, SharedEnvironment)] = []

    /// This process's environment, with variables added or replaced.
    init(replacing variables: [String: String]) {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        // A worker may itself run in a task.
        let ofTasks = entries.filter { !TaskInput.variableNames.contains(String(Self.name($0))) }
        base = Self.adding(variables, to: ofTasks)
    }

    /// What all commands of these traits have in common.
    mutating func shared(by traits: CommandTraits) -> SharedEnvironment {
        let user = traits.process.user
        let found = made.first { $0.variables == traits.environment && $0.user == user }
        if let found { return found.2 }
        var all = base
        if let user { all = Self.adding(user.environment, to: all) }
        let shared = SharedEnvironment(Self.adding(traits.environment, to: all))
        made.append((traits.environment, user, shared))
        return shared
    }

    /// Forgets what was made for settings that may not hold any more.
    mutating func forget() {
        made = []
    }

    private static func adding(_ variables: [String: String], to base: [String]) -> [String] {
        base.filter { variables[String(name($0))] == nil }
            + variables.map { "\($0.key)=\($0.value)" }
    }

    private static func name(_ entry: String) -> Substring {
        entry.prefix { $0 != "=" }
    }
}
