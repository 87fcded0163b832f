internal import Glibc

/// Environments of commands: `NAME=value` each.
struct ProcessEnvironment {
    /// The worker's own.
    private let base: [String]

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

    /// The environment of one command: what it is told of its `task`, and what its traits say.
    func adding(_ task: [String], for traits: CommandTraits) -> [String] {
        var all = base + task
        if let user = traits.process.user { all = Self.adding(user.environment, to: all) }
        return traits.environment.isEmpty ? all : Self.adding(traits.environment, to: all)
    }

    private static func adding(_ variables: [String: String], to base: [String]) -> [String] {
        base.filter { variables[String(name($0))] == nil }
            + variables.map { "\($0.key)=\($0.value)" }
    }

    private static func name(_ entry: String) -> Substring {
        entry.prefix { $0 != "=" }
    }
}
