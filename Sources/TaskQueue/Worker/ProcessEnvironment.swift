internal import Glibc

/// Environments of commands: `NAME=value` each.
enum ProcessEnvironment {
    /// This process's environment, with variables added or replaced.
    static func inherited(replacing variables: [String: String]) -> [String] {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(String(cString: entry))
            next += 1
        }
        return adding(variables.map { "\($0.key)=\($0.value)" }, to: entries)
    }

    /// The last of several entries of one name stays.
    static func adding(_ entries: [String], to base: [String]) -> [String] {
        let names = Set(entries.map(name))
        return base.filter { !names.contains(name($0)) } + entries
    }

    private static func name(_ entry: String) -> Substring {
        entry.prefix { $0 != "=" }
    }
}
