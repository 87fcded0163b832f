import TaskQueue
import TestSupport
import Testing

@Suite("Failures")
struct TaskFailureTests {
    @Test(
        "read as Python prints them",
        arguments: [
            (
                #"{"exc_type":"ValueError","exc_message":["boom"],"exc_module":"builtins"}"#,
                "ValueError: boom"
            ),
            (
                #"{"exc_type":"ValueError","exc_message":["boom", 42]}"#,
                #"ValueError: ["boom", 42]"#
            ),
            (#"{"exc_type":"KeyError","exc_message":[5]}"#, "KeyError: 5"),
            (#"{"exc_type":"SoftTimeLimitExceeded","exc_message":[]}"#, "SoftTimeLimitExceeded"),
            (#"{"exc_type":"E","exc_message":"just text"}"#, "E: just text"),
            (#"{"exc_type":"E"}"#, "E"),
            (#"{"exc_type":"E","exc_message":["\u00e9☃\ud83d\ude00"]}"#, "E: é☃😀"),
            (#"{"exc_type":"E","exc_message":["\ud800"]}"#, #"E: "\ud800""#),
            (
                #"{"exc_type":"Outer.E","exc_message":[{"a":[1]}],"exc_module":null}"#,
                #"Outer.E: {"a":[1]}"#
            ),
            (#"{"exc_type":"E","exc_message":["two\nlines"]}"#, "E: two\nlines"),
        ]
    )
    func description(json: String, text: String) throws {
        let failure = try #require(TaskFailure(JSONText(json.utf8)))
        #expect(failure.description == text)
        #expect(TaskFailure(failure.json) == failure)
    }

    @Test(
        "are not read from other values",
        arguments: ["null", "5", "[]", "{}", #"{"exc_type":1}"#, "\"E\""]
    )
    func others(json: String) throws {
        #expect(TaskFailure(try JSONText(json.utf8)) == nil)
    }

    @Test("of our own have Celery's form")
    func own() throws {
        let failure = TaskFailure(type: "CommandFailed", message: "exit \"3\"\n", module: "tq")
        #expect(
            failure.json.text
                == #"{"exc_type":"CommandFailed","exc_message":["exit \"3\"\n"],"exc_module":"tq"}"#
        )
        #expect(failure.description == "CommandFailed: exit \"3\"\n")
    }

    @Test(
        "are found in Celery's records",
        arguments: [
            ("result-failure", #"ValueError: ["boom", 42]"#),
            ("result-failure-unregistered", "NotRegistered: no.such.task"),
            ("result-expired", "TaskRevokedError: expired"),
            ("result-soft-time-limit", "SoftTimeLimitExceeded"),
        ]
    )
    func celery(name: String, text: String) throws {
        let raw = try Fixture(name).text("result", "raw")
        let result = try #require(StoredResult(json: raw, id: TaskID("i")))
        #expect(result.failure?.description == text)
    }
}
