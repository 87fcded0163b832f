internal import Glibc
internal import TaskQueue

/// Variables that many commands have in common, made ready for the kernel once.
final class SharedEnvironment {
    /// `NAME=value` each, as C strings.
    let entries: [UnsafeMutablePointer<CChar>?]
    /// The folders of `PATH`, or execvp(3)'s own if it is not set.
    let searchPath: String

    init(_ variables: [String]) {
        entries = variables.map { strdup($0) }
        searchPath = Self.searchPath(variables)
    }

    deinit {
        for entry in entries { free(entry) }
    }

    private static func searchPath(_ variables: [String]) -> String {
        let entry = variables.last { $0.hasPrefix("PATH=") }
        return entry.map { String($0.dropFirst("PATH=".count)) } ?? "/bin:/usr/bin"
    }
}
