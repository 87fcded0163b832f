import Glibc
import TestSupport

/// What comes with Swift's compiler, and what it is told of the modules of this build.
enum Toolchain {
    private struct NotFound: Error {
        let program: String
    }

    /// The folder of its programs: they are not where the programs under test look.
    private static func folder() throws -> String {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        for folder in path.split(separator: ":") {
            guard let file = realpath("\(folder)/swiftc", nil) else { continue }
            defer { free(file) }
            return String(cString: file).split(separator: "/", omittingEmptySubsequences: false)
                .dropLast().joined(separator: "/")
        }
        throw NotFound(program: "swiftc")
    }

    static func run(_ program: String, _ arguments: [String]) async throws -> Outcome {
        try await TestSupport.run(
            "\(folder())/\(program)",
            arguments: arguments,
            directory: SourceTree.root,
            timeout: .seconds(300)
        )
    }

    /// Of compiled headers; not SwiftPM's own, whose files remember by which path they were made.
    private static let cache = SourceTree.path(".build/documentation-cache")

    /// Where the modules of a build are, those of C libraries among them.
    private static func modules(of build: String) throws -> [String] {
        let folders =
            try subfolders(of: build).filter { $0.hasSuffix(".build") }
            + subfolders(of: SourceTree.path("Sources"))
            // Of packages that it depends on.
            + subfolders(of: "\(build)/../../checkouts").flatMap { package in
                try subfolders(of: "\(package)/Sources").map { "\($0)/include" }
            }
        let maps = folders.map { $0 + "/module.modulemap" }.filter { access($0, R_OK) == 0 }
        return ["-I", "\(build)/Modules", "-module-cache-path", cache]
            + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
    }

    private static func subfolders(of folder: String) throws -> [String] {
        guard access(folder, R_OK) == 0 else { return [] }
        return try listDirectory(folder).sorted().map { "\(folder)/\($0)" }
    }

    /// Type-checks a program.
    ///
    /// - Parameters:
    ///   - files: all of it.
    ///   - build: the folder with the modules that it imports.
    ///   - options: for the compiler.
    /// - Returns: what the compiler left behind.
    /// - Throws: what ``TestSupport/run(_:_:input:environment:directory:timeout:)`` does.
    static func check(
        _ files: [String],
        with build: String = Program.builtDirectory,
        _ options: String...
    ) async throws -> Outcome {
        try await run(
            "swiftc",
            ["-typecheck", "-swift-version", "6"] + modules(of: build) + options + files
        )
    }

    /// Type-checks a `Package.swift`.
    static func checkManifest(_ file: String) async throws -> Outcome {
        let library = try "\(folder())/../lib/swift/pm/ManifestAPI"
        return try await run(
            "swiftc",
            [
                "-typecheck", "-swift-version", "6", "-package-description-version", "6.2",
                "-I", library, "-module-cache-path", cache, file,
            ]
        )
    }

    /// Writes what a module makes public, with what it makes public of others, into a folder.
    static func writeSymbols(
        of module: String,
        withThoseOf others: [String],
        into folder: String
    ) async throws {
        try await run(
            "swift-symbolgraph-extract",
            [
                "-module-name", module, "-target", target,
                "-experimental-allowed-reexported-modules=\(others.joined(separator: ","))",
                "-minimum-access-level", "public", "-skip-synthesized-members",
                "-skip-inherited-docs", "-skip-protocol-implementations", "-output-dir", folder,
            ] + modules(of: Program.builtDirectory)
        ).succeeded()
    }

    #if arch(arm64)
    private static let target = "aarch64-unknown-linux-gnu"
    #else
    private static let target = "x86_64-unknown-linux-gnu"
    #endif
}
