/// A program to start, what it is given, and what surrounds it.
struct Invocation: Sendable {
    /// A name to look for beside the tests and in the system's folders, or a path.
    var program: String
    var arguments: [String]
    /// Added to the clean environment; `nil` takes a variable out of it.
    var environment: [String: String?] = [:]
    /// The working directory, which is the program's `HOME` too.
    var directory: String
    /// What it finds on standard input at once.
    var input: [UInt8] = []
    /// Whether standard input stays open after `input`, to be written to and closed by the test.
    var keepsInputOpen = false

    /// The environment the program sees: nothing of the developer's own.
    var completeEnvironment: [String: String] {
        let clean: [String: String?] = [
            "HOME": directory,
            "LC_ALL": "C.UTF-8",
            "PATH": Program.searchPath.joined(separator: ":"),
            "TZ": "UTC",
        ]
        return clean.merging(environment) { $1 }.compactMapValues { $0 }
    }
}
