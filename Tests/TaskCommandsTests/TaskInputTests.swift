import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("what a command reads of its task")
struct TaskInputTests {
    /// Bytes between the parts of JSON, and what may stand in its strings, that end a line for somebody.
    private static let ends = ["\n", "\r", "\r\n"]
    private static let inStrings = [
        "\u{2028}", "\u{2029}", "\u{85}", #"\n"#, #"\u000b"#, #"\u001c"#,
    ]

    /// A message in whose every field stands what may end a line.
    private func message(_ blank: String, _ scalar: String) throws -> TaskMessage {
        let text = "\"a\(scalar)b\""
        let headers = """
            {\(blank)"id":\(blank)\(text),"task"\(blank):"t\(scalar.hasPrefix("\\") ? "" : scalar)",
            "root_id": \(text), "parent_id": \(text), "group": \(text), "x-\(scalar)": [\(blank)\(text)],
            "eta": null,\(blank)"timelimit": [\(blank)5\(blank),\(blank)null], "retries"\(blank):\(blank)1}
            """
        let body =
            "[[\(blank)\(text)\(blank),1.50],{\(blank)\"k\(scalar)\":\(blank){}},\(blank)null]"
        return try TaskMessage(
            Message(
                headers: .written(headers),
                properties: .written(
                    "{\(blank)\"reply_to\":\(text),\(blank)\"priority\":\(blank)3}"
                ),
                body: Array(body.utf8)
            ),
            body: BodyReader()
        )
    }

    @Test("is one line, whatever ends lines in its message", arguments: ends, inStrings)
    func oneLine(space: String, scalar: String) throws {
        let queue = try #require(QueueName("q\(scalar)"))
        let task = try message(space, scalar)
        let line = TaskInput.json(task, queue: queue)
        #expect(line.count { $0 == 0x0A } == 1 && line.last == 0x0A)
        let text = String(decoding: line.dropLast(), as: UTF8.self)
        #expect(!text.contains { $0.isNewline })
        let object = try JSONText(line)
        #expect(object[key: "id"]?.string == task.id.text)
        #expect(object[key: "args"]?.elements?.last?.text == "1.50")
        #expect(object[key: "args"]?.elements?.first?.string == task.id.text)
        #expect(object[key: "queue"]?.string == queue.text)
        for (key, value) in [("headers", task.headers), ("properties", task.properties)] {
            #expect(object[key: key].map(JSONDump.dump) == JSONDump.dump(value))
        }
    }
}
