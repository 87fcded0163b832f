import TestSupport
import Testing

@Suite(
    "the blocks of Swift in the documentation",
    .requiresExample("hummingbird-service"),
    .timeLimit(.minutes(60))
)
struct CodeBlockTests {
    @Test("compile as they stand", arguments: try CodeBlock.all())
    func compile(_ block: CodeBlock) async throws {
        let problems = try await block.problems()
        #expect(problems == "", "\(block.testDescription)")
    }

    @Test("are found in the README, in articles and in comments")
    func found() throws {
        let files = Set(try CodeBlock.all().map(\.file))
        #expect(files.contains("README.md"))
        #expect(files.contains { $0.hasSuffix(".docc/FiveMinutes.md") })
        #expect(files.contains("Sources/TaskQueueWorker/TaskProgram.swift"))
    }

    @Test("that do not compile are named by file and line")
    func broken() async throws {
        let comment =
            "/// A.\n///\n/// ```swift\n/// let one = 1\n/// let x: Int = \"a\"\n/// ```\n"
        for (file, text, line) in [
            ("a.swift", comment, 5),
            ("a.md", "```swift\nimport TaskQueueWorker\nlet x: Int = \"a\"\n```\n", 3),
            ("b.md", "# B\n```swift\n// swift-tools-version: 6.2\nlet x: Int = \"a\"\n```\n", 4),
        ] {
            let block = try #require(try CodeBlock.blocks(in: text, of: file).first)
            let problems = try await block.problems()
            #expect(problems.contains("\(file):\(line):"), "\(problems)")
        }
    }
}
