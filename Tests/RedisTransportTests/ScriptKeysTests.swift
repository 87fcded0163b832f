import TestSupport
import Testing

@Suite("the keys that scripts make themselves")
struct ScriptKeysTests {
    private static let folder = "Sources/RedisTransport/Scripts"
    /// Where names of keys are only compared with, and where they are listed.
    private static let exceptions = ["FindQueues.swift", "KeyMadeByScript.swift"]

    @Test("are all in one list")
    func listed() throws {
        var lines = 0
        for file in try Self.files(in: Self.folder) {
            for line in try SourceTree.text(file).split(separator: "\n") {
                let words = line.drop { $0 == " " }
                guard !words.hasPrefix("//"), !words.hasPrefix("--") else { continue }
                lines += 1
                #expect(!Self.makesKey(line), "\(file): \(words)")
            }
        }
        #expect(lines > 1000)
    }

    /// Whether a line of Lua names a key that it was not given.
    private static func makesKey(_ line: Substring) -> Bool {
        let rest = line.replacing("'tq:none'", with: "")
        if rest.contains("'tq:") || rest.contains("'celery") || rest.contains("'unacked") {
            return true
        }
        // How long keys live is not their name.
        return rest.ranges(of: "\\(RedisKeys.").contains { range in
            !rest[range.upperBound...].prefix { $0 != ")" }.hasSuffix("Lifetime")
        }
    }

    private static func files(in folder: String) throws -> [String] {
        try SourceTree.names(in: folder).filter { !exceptions.contains($0) }
            .flatMap { name in
                name.hasSuffix(".swift")
                    ? ["\(folder)/\(name)"] : try files(in: "\(folder)/\(name)")
            }
    }
}
