import Glibc
import TestSupport
import Testing

/// A package below `examples`, which `make test` builds beside the tests.
enum Example {
    /// Where its program is.
    static func program(_ name: String) -> String {
        SourceTree.path(".build/examples/\(name)/debug/\(name)")
    }

    /// The names of the shared libraries that it is loaded with, its own and theirs.
    static func libraries(_ name: String) async throws -> Set<String> {
        let lines = try await run("ldd", program(name)).succeeded().lines
        let names = lines.compactMap { $0.split(whereSeparator: \.isWhitespace).first }
        return Set(names.map { String($0.split(separator: ".").first ?? $0) })
    }
}

extension Trait where Self == ConditionTrait {
    static func requiresExample(_ name: String) -> Self {
        .requires(access(Example.program(name), X_OK) == 0, "examples/\(name) (make examples)")
    }
}
