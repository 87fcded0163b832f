import TestSupport
import Testing

@testable import TaskQueue

@Suite("values that Kombu gives a type")
struct KombuValueTests {
    private static let uuid =
        #"{"__type__": "uuid", "__value__": {"hex": "12345678123456781234567812345678"}}"#
    private static let dashed = "12345678-1234-5678-1234-567812345678"

    private func read(_ headers: String) throws -> TaskMessage {
        try TaskMessage(message(headers), body: BodyReader())
    }

    private func message(_ headers: String) throws -> Message {
        Message(
            headers: try .written(#"{"id": "own", "task": "t", \#(headers)}"#),
            properties: .emptyObject,
            body: Array("[[],{},null]".utf8)
        )
    }

    @Test(
        "are ids, as Celery's workers take them",
        arguments: [
            (uuid, dashed),
            (
                #"{"__type__":"uuid","__value__":{"hex":"ABCDEF00-1234-5678-1234-567812345678"}}"#,
                "abcdef00-1234-5678-1234-567812345678"
            ),
            (#"{"__type__": "bytes", "__value__": "byt"}"#, "byt"),
            (#"{"__type__": "base64", "__value__": "Ynl0"}"#, "byt"),
        ]
    )
    func ids(value: String, text: String) throws {
        let headers = ["id", "root_id", "parent_id", "group"].map { "\"\($0)\": \(value)" }
        let task = try read(headers.joined(separator: ", "))
        #expect(task.id.text == text && task.rootID.text == text)
        #expect(task.parentID?.text == text && task.groupID == text)
        #expect(try TaskMessage.id(of: message("\"id\": \(value)"))?.text == text)
        #expect(try read("\"root_id\": \(value)").id.text == "own")
    }

    @Test("stand in a result as its reader knows them")
    func spelling() throws {
        let task = try read("\"id\": \(Self.uuid)")
        #expect(task.spelledID?.text == Self.uuid)
        #expect(try read("\"group\": \(Self.uuid)").spelledID == nil)
        var result = StoredResult(id: task.id, state: .success, result: .null)
        #expect(try JSONText(result.json)[key: "task_id"]?.string == Self.dashed)
        result.spelledID = task.spelledID
        #expect(try JSONText(result.json)[key: "task_id"]?.text == Self.uuid)
    }

    @Test(
        "that name no task are refused as an id",
        arguments: [
            "5", "[]", #"{"__type__": "uuid", "__value__": {"hex": "12"}}"#, #"{"hex": "1"}"#,
            #"{"__type__": "uuid", "__value__": {"hex": "é2345678123456781234567812345678"}}"#,
            #"{"__type__": "base64", "__value__": "/w=="}"#, #"{"__type__": 5, "__value__": "a"}"#,
        ]
    )
    func others(value: String) throws {
        #expect(throws: MessageError.self) { try read("\"id\": \(value)") }
    }

    @Test(
        "say where a task belongs, and whatever else stands there does not keep it from being run"
    )
    func relations() throws {
        let task = try read(#""root_id": 5, "parent_id": {"a": 1}, "group": [1]"#)
        #expect(task.rootID.text == "5" && task.parentID == nil && task.groupID == nil)
        #expect(try read(#""group": false, "root_id": null"#).rootID.text == "own")
    }

    @Test("are times, and what is true to Python is true")
    func times() throws {
        let typed = #"{"__type__": "datetime", "__value__": "2026-11-23T18:00:00"}"#
        let task = try read("\"eta\": \(typed), \"expires\": \(typed), \"ignore_result\": 1")
        #expect(task.eta == Timestamp(iso8601: "2026-11-23T18:00:00+00:00"))
        #expect(task.expires == task.eta && task.ignoresResult)
        for nothing in ["0", "\"\"", "[]", "{}", "null", "false"] {
            #expect(try !read("\"ignore_result\": \(nothing)").ignoresResult)
        }
    }
}
