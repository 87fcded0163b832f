import Glibc

/// Where the programs are that tests run.
package enum Program {
    /// Where SwiftPM put the programs of this build: the folder of the running test program.
    package static let builtDirectory: String = {
        let program = readLink("/proc/self/exe")
        return String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)])
    }()

    /// The `PATH` that programs under test see: what was built first, then the system's.
    static let searchPath = [builtDirectory, "/usr/local/bin", "/usr/bin", "/bin"]

    /// The file to run for `name`, which is a path if it holds a slash.
    ///
    /// - Throws: ``ProcessError/notFound(program:)``
    package static func path(_ name: String) throws(ProcessError) -> String {
        let candidates = name.contains("/") ? [name] : searchPath.map { "\($0)/\(name)" }
        guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw .notFound(program: name)
        }
        return path
    }

    /// The release build of `name`, which `make build` and `make test` leave beside the tests' own
    /// build: for what only a release build shows, such as what it links to and what it costs.
    package static func releasePath(_ name: String) -> String {
        SourceTree.path(".build/release/\(name)")
    }

    package static func isInstalled(_ name: String) -> Bool {
        searchPath.contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private static func readLink(_ path: String) -> String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = max(0, readlink(path, &target, target.count))
        return String(decoding: target[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
