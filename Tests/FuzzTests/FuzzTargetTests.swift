import FuzzTargets
import TestSupport
import Testing

@Suite("what comes from outside ends no process", .timeLimit(.minutes(60)))
struct FuzzTargetTests {
    @Test("neither what fuzzing begins with, nor what it has found", arguments: FuzzTarget.allCases)
    func inputs(_ target: FuzzTarget) async throws {
        try await TemporaryDirectory.with { folder in
            let script = SourceTree.path("Tests/Fuzz/seeds")
            try await run("python3", script, folder.path).succeeded()
            let seeds = try await files(in: folder.path(target.rawValue))
            #expect(!seeds.isEmpty)
            let found = try await files(in: SourceTree.path("Tests/Fuzz/Found/\(target.rawValue)"))
            for file in seeds + found { target.read(try readFile(file)) }
        }
    }

    /// None if the folder is not there.
    private func files(in folder: String) async throws -> [String] {
        try await run("find", folder, "-type", "f").lines
    }
}
