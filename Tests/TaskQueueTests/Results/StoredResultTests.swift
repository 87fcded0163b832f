import TaskQueue
import TestSupport
import Testing

@Suite("Result records")
struct StoredResultTests {
    private static let prefix = "celery-task-meta-"

    @Test("that Celery wrote are read", arguments: Fixture.names.filter { $0.hasPrefix("result-") })
    func celery(name: String) throws {
        for record in try records(name) {
            let (id, result) = try read(record)
            let decoded = try #require(record[key: "decoded"])
            #expect(result.id == id && id.text == decoded[key: "task_id"]?.string)
            #expect(result.state.rawValue == decoded[key: "status"]?.string)
            #expect(JSONDump.dump(result.result) == decoded[key: "result"].map(JSONDump.dump))
            #expect(result.traceback == decoded[key: "traceback"]?.string)
            #expect(JSONDump.dump(result.children) == decoded[key: "children"].map(JSONDump.dump))
            #expect(result.groupID == decoded[key: "group_id"]?.string)
            #expect(result.parentID?.text == decoded[key: "parent_id"]?.string)
            let date = decoded[key: "date_done"]?.string
            #expect(result.finishedAt == date.flatMap { Timestamp(iso8601: $0) })
            #expect((result.finishedAt == nil) == (date == nil))
        }
    }

    @Test(
        "are written with what Celery's readers need",
        arguments: Fixture.names.filter { $0.hasPrefix("result-") }
    )
    func written(name: String) throws {
        for record in try records(name) {
            let (id, result) = try read(record)
            let json = try JSONText(result.json)
            #expect(StoredResult(json: result.json, id: id) == result)
            let celery = try #require(record[key: "decoded"])
            for (key, value) in json.members ?? [] where key != "date_done" {
                #expect(JSONDump.dump(value) == celery[key: key].map(JSONDump.dump), "\(key)")
            }
            let keys = try #require(json.members).map(\.key)
            let extended = [
                "name", "args", "kwargs", "worker", "retries", "queue", "stamped_headers",
                "stamp_a",
            ]
            let expected = try #require(celery.members).map(\.key).filter { !extended.contains($0) }
            #expect(
                Set(keys).isSuperset(of: [
                    "status", "result", "traceback", "children", "date_done", "task_id",
                ])
            )
            #expect(Set(keys).isSubset(of: expected))
        }
    }

    @Test("there are enough of them")
    func count() throws {
        let names = Fixture.names.filter { $0.hasPrefix("result-") }
        #expect(try names.flatMap { try records($0) }.count > 20)
    }

    @Test(
        "that are none are not read",
        arguments: [
            "", "{}", "[]", "null", "5", #"{"status": 1}"#, #"{"status": "SUCCESS""#, "\u{0}x",
        ]
    )
    func none(text: String) {
        #expect(StoredResult(json: Array(text.utf8), id: TaskID("i")) == nil)
    }

    @Test("of the least form are read")
    func least() throws {
        let result = try #require(
            StoredResult(json: Array(#"{"status":"PROGRESS"}"#.utf8), id: TaskID("i"))
        )
        #expect(result.result == .null && result.children == .null && result.finishedAt == nil)
        #expect(!result.state.isFinal && result.failure == nil)
    }

    @Test("keep what was stored to the digit")
    func exact() throws {
        let value = try JSONText(
            #"[18446744073709551616, 0.10, 1e400, "\ud800", {"a":1,"a":2}]"#.utf8
        )
        let result = StoredResult(
            id: TaskID("i"),
            state: .success,
            result: value,
            traceback: "a\n\"b\"\u{0}"
        )
        let again = try #require(StoredResult(json: result.json, id: result.id))
        #expect(again == result)
        #expect(again.result.text == value.text)
    }

    private func records(_ name: String) throws -> [JSONText] {
        try Fixture(name).records.filter { $0[key: "key"]?.string?.hasPrefix(Self.prefix) == true }
    }

    private func read(_ record: JSONText) throws -> (TaskID, StoredResult) {
        let key = try #require(record[key: "key"]?.string)
        let id = TaskID(String(key.dropFirst(Self.prefix.count)))
        let raw = try #require(record[key: "raw"]?.string)
        return (id, try #require(StoredResult(json: Array(raw.utf8), id: id)))
    }
}
