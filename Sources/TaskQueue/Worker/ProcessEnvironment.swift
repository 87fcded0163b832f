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
        base = Self.adding(variables.map { "\($0.key)=\($0.value)" }, to: ofTasks)
    }

    /// The environment of one command.
    ///
    /// - Parameters:
    ///   - task: what it is told of its task, which is not among the worker's own variables.
    ///   - traits: go before all others.
    func adding(_ task: [String], for traits: CommandTraits) -> [String] {
        var all = base + task
        if let user = traits.process.user { all = Self.adding(user.environment.map { "\($0.key)=\($0.value)" }, to: all) }
        guard !traits.environment.isEmpty else { return all }
        return Self.adding(traits.environment.map { "\($0.key)=\($0.value)" }, to: all)
    }

    /// The last of several entries of one name stays.
    private static func adding(_ entries: [String], to base: [String]) -> [String] {
        let names = Set(entries.map(name))
        return base.filter { !names.contains(name($0)) } + entries
    }

    private static func name(_ entry: String) -> Substring {
        entry.prefix { $0 != "=" }
    }
}
