import TestSupport
import Testing

@testable import RedisTransport

@Suite("tq(7) on Redis")
struct RedisManualTests {
    /// What tq(7) calls the types that Redis names so.
    private static let types = [
        "String": "string", "List": "list", "Set": "set", "Sorted set": "zset", "Hash": "hash",
    ]

    @Test("lists the keys that there are, and no others")
    func keys() throws {
        let listed = try manualItems().map(\.key)
        let made = try Self.code(of: "RedisKeys.swift").flatMap { Self.names(in: $0, to: "\"\\") }
        #expect(Set(listed) == Set(made))
        #expect(listed.count == Set(listed).count)
    }

    @Test("says of which type each of them is, as the source and the errors do")
    func types() throws {
        let documented = try documentedTypes()
        for (key, text) in try manualItems() {
            let word = String(text.prefix { $0 != ":" })
            let type = try #require(Self.types[word], "\(key) begins with no type: \(text)")
            #expect(documented[key] == word, "\(key)")
            #expect(RedisKeys.type(ofKey: key.hasSuffix(":") ? "\(key)x" : "\(key)") == type)
        }
    }

    @Test("lists also what scripts make the names of")
    func scripts() throws {
        let listed = Set(try manualItems().map(\.key))
        let files = try SourceTree.files(below: "Sources/RedisTransport")
        let names = try files.flatMap { file in
            try Self.code(of: String(file.dropFirst("Sources/RedisTransport/".count)))
                .flatMap { Self.names(in: $0, to: "'\"\\") }
        }
        let patterns = names.filter { $0.contains("(") }
        // That stands for a key where there is none.
        #expect(Set(names).subtracting(listed).subtracting(patterns) == ["tq:none"])
    }

    /// The keys of the REDIS section, each with what is said of it.
    private func manualItems() throws -> [(key: Substring, text: Substring)] {
        let manual = try SourceTree.text("man/tq.7")
        let section = try #require(manual.firstRange(of: ".Sh REDIS")).upperBound
        let lines = manual[section...].split(separator: "\n").prefix { !$0.hasPrefix(".Sh") }
        return zip(lines, lines.dropFirst()).filter { $0.0.hasPrefix(".It ") }
            .flatMap { item, text in Self.names(in: item, to: " ,").map { ($0, text) } }
    }

    /// How the comment of each key begins, up to the colon.
    private func documentedTypes() throws -> [Substring: String] {
        var types: [Substring: String] = [:]
        var word = ""
        let source = try SourceTree.text("Sources/RedisTransport/RedisKeys.swift")
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.drop { $0 == " " }
            if text.hasPrefix("/// "), word.isEmpty {
                word = String(text.dropFirst(4).prefix { $0 != ":" })
            } else if text.isEmpty {
                word = ""
            }
            guard !text.hasPrefix("///"), Self.types[word] != nil else { continue }
            for name in Self.names(in: text, to: "\"\\") { types[name] = word }
        }
        return types
    }

    /// The lines of a file that are no comments.
    private static func code(of file: String) throws -> [Substring] {
        try SourceTree.text("Sources/RedisTransport/\(file)").split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
    }

    /// What begins with `tq:` and has more, up to one of these characters.
    private static func names(in line: Substring, to ends: String) -> [Substring] {
        line.ranges(of: "tq:").map { line[$0.lowerBound...].prefix { !ends.contains($0) } }
            .filter { $0 != "tq:" }
    }
}
