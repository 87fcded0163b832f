import Glibc
import TestSupport
import Testing

/// The release build, for tests of how much and how fast: a debug build is ten times slower.
enum Release {
    static var isBuilt: Bool {
        ["tq-send", "tq-work", "tq-beat", "tq-result", "tq-ctl"].allSatisfy { name in
            access(Program.releasePath(name), X_OK) == 0
        }
    }

    /// Makes the release build the first that a shell finds.
    static var environment: [String: String?] {
        let folder = Program.releasePath("")
        return ["PATH": "\(folder):/usr/local/bin:/usr/bin:/bin"]
    }
}

extension Trait where Self == ConditionTrait {
    static var requiresReleaseBuild: Self {
        .requires(Release.isBuilt, "the release build (make build)")
    }
}

extension Workplace {
    /// Starts a command line with the release build, and lends the program to `body`.
    func withReleaseProgram<Value>(
        _ commandLine: String,
        keepsInputOpen: Bool = false,
        _ body: (Spawned) async throws -> Value
    ) async throws -> Value {
        try await withProgram(
            commandLine,
            keepsInputOpen: keepsInputOpen,
            environment: Release.environment,
            body
        )
    }
}
