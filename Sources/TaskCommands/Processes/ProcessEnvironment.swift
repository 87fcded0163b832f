internal import Glibc
internal import TaskQueue

/// Environments of commands: `NAME=value` each.
///
/// Variables with the names of a task's own are left out: those are added separately.
struct ProcessEnvironment {
    /// The worker's own, without the variables that say where the broker is.
    private let inherited: [String]
    /// The variables that say where the broker is.
    private let broker: [String: String]
    /// Environments made so far, by what distinguishes them.
    private var made: [(Difference, SharedEnvironment)] = []

    private struct Difference: Equatable {
        let variables: [String: String]
        let user: CommandUser?
        let workingDirectory: String?
        let passed: EnvironmentFilter

        init(_ traits: CommandOptions) {
            variables = traits.environment
            user = traits.process.user
            workingDirectory = traits.process.workingDirectory
            passed = traits.passedEnvironment
        }
    }

    /// This process's environment, and variables for the commands that should know the broker.
    init(broker: [String: String]) {
        self.broker = broker
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        // A worker may itself run in a task.
        inherited = entries.filter { entry in
            let name = String(Self.name(entry))
            return !TaskInput.variableNames.contains(name) && broker[name] == nil
        }
    }

    /// What all commands of these traits have in common.
    mutating func shared(by traits: CommandOptions) -> SharedEnvironment {
        let difference = Difference(traits)
        if let found = made.first(where: { $0.0 == difference }) { return found.1 }
        let shared = SharedEnvironment(entries(difference))
        made.append((difference, shared))
        return shared
    }

    private func entries(_ difference: Difference) -> [String] {
        var all = inherited.filter { difference.passed.passes(String(Self.name($0))) }
        if difference.passed.passesBroker { all = Self.adding(broker, to: all) }
        if let user = difference.user { all = Self.adding(user.environment, to: all) }
        if let folder = difference.workingDirectory {
            // Otherwise it would be the worker's.
            all = Self.adding(["PWD": folder], to: all).filter { Self.name($0) != "OLDPWD" }
        }
        return Self.adding(difference.variables, to: all)
    }

    /// Forgets what was made for settings that may no longer apply.
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
