import TestSupport
import Testing

@Suite("tq(7) on Redis")
struct RedisManualTests {
    @Test("lists the keys that there are, and no others")
    func keys() throws {
        let source = try Self.text(of: "Sources/RedisTransport/RedisKeys.swift")
        let manual = try Self.text(of: "man/tq.7")
        let section = try #require(manual.firstRange(of: ".Sh REDIS")).upperBound
        let items = manual[section...].split(separator: "\n")
            .prefix { !$0.hasPrefix(".Sh") }
            .filter { $0.hasPrefix(".It ") }
        let listed = items.flatMap { Self.names(in: $0) { $0 == " " || $0 == "," } }
        let made = source.split(separator: "\n")
            .filter { !$0.drop(while: { $0 == " " }).hasPrefix("///") }
            .flatMap { Self.names(in: $0) { "\"\\".contains($0) } }
        #expect(Set(listed) == Set(made))
        #expect(listed.count == Set(listed).count)
    }

    private static func text(of path: String) throws -> String {
        String(decoding: try readFile(SourceTree.path(path)), as: UTF8.self)
    }

    /// What begins with `tq:` and has more, up to the character that ends it.
    private static func names(in line: Substring, isEnd: (Character) -> Bool) -> [Substring] {
        line.ranges(of: "tq:").map { line[$0.lowerBound...].prefix { !isEnd($0) } }
            .filter { $0 != "tq:" }
    }
}
