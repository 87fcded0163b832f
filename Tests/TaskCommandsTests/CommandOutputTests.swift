import Testing

@testable import TaskCommands

@Suite("what a command prints")
struct CommandOutputTests {
    @Test("counts what is left out of its errors")
    func count() throws {
        var output = CommandOutput(limit: 0)
        let line = Array("\(String(repeating: "x", count: 99))\n".utf8)
        for _ in 0..<100_000 { line.withUnsafeBytes { output.append(errors: $0) } }
        let text = try #require(output.traceback)
        #expect(text.utf8.count < 64 << 10)
        let hidden = try #require(text.split(separator: "\n").first { $0.hasPrefix("[…") })
        let count = try #require(Int(hidden.filter(\.isNumber)))
        #expect(count + text.utf8.count - hidden.utf8.count == 10_000_000)
    }

    @Test("drops a result that is too long")
    func result() {
        var output = CommandOutput(limit: 4)
        for part in ["12", "34"] { Array(part.utf8).withUnsafeBytes { output.append(result: $0) } }
        #expect(output.result == Array("1234".utf8))
        #expect(!output.isTooLong)
        for part in ["5", "6"] { Array(part.utf8).withUnsafeBytes { output.append(result: $0) } }
        #expect(output.isTooLong)
        #expect(output.result.isEmpty)
    }
}
