import Glibc
import TestSupport
import Testing

@Suite("the README")
struct ReadmeTests {
    private let text: String

    init() throws {
        text = try SourceTree.text("README.md")
    }

    /// The blocks that are marked as `console`, and the indented lines that call our programs.
    private var examples: [Example] {
        let consoles = text.split(separator: "```console\n").dropFirst().map { block in
            Example(lines: block.split(separator: "\n").prefix { $0 != "```" }.map(String.init))
        }
        let calls = text.split(separator: "\n").filter {
            $0.hasPrefix("    tq-") && !$0.contains("▶")
        }
        return consoles + calls.map { Example(lines: ["$ \($0.dropFirst(4))"]) }
    }

    @Test("has a transcript that can be pasted, and prints what it says")
    func transcript() async throws {
        let example = try #require(examples.first)
        #expect(try await example.run() == example.output.map(Example.withoutUUIDs))
    }

    @Test("has examples that the programs understand")
    func calls() async throws {
        for example in examples {
            try await ExampleCheck.check(example)
        }
    }

    @Test("names every package that building needs")
    func packages() throws {
        let lines = try SourceTree.text("packaging/debian-packages").split(separator: "\n")
        let section = lines.drop { $0 != "[build]" }.dropFirst().prefix { !$0.hasPrefix("[") }
        #expect(!section.isEmpty)
        for line in section {
            let package = line.prefix { $0 != " " }
            let isNamed = text.contains("`\(package)`")
            #expect(isNamed, "\(package) is not named")
        }
    }

    @Test("has no link to a file that is not there")
    func links() {
        for link in text.matches(of: /\]\(([^)]+)\)/).map(\.1) where !link.contains("://") {
            #expect(access(SourceTree.path(String(link)), F_OK) == 0, "\(link) is not there")
        }
    }
}
