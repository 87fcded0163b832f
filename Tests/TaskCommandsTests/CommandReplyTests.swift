import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("answer of a command")
struct CommandReplyTests {
    @Test(
        "is none unless it is an object with the one key tq",
        arguments: [
            "null", "1", "\"tq\"", "[]", "{}", #"{"a": 1}"#, #"{"tq": {"requeue": true}, "a": 1}"#,
            #"{"TQ": {"requeue": true}}"#, #"[{"tq": {"requeue": true}}]"#,
        ]
    )
    func others(_ text: String) throws {
        #expect(CommandReply.outcome(try .written(text)) == nil)
    }

    @Test(
        "is any result",
        arguments: [
            "null", "1e400", "false", #""é""#, "[]", #"{"tq": {"error": 1}}"#, #"{"current": 1}"#,
        ]
    )
    func result(_ value: String) throws {
        let outcome = CommandReply.outcome(try .written(#"{"tq": {"result": \#(value)}}"#))
        #expect(outcome == .success(try .written(value)))
    }

    @Test("is an error as text, or with all that Celery's readers know of one")
    func error() throws {
        let plain = CommandReply.outcome(try .written(#"{"tq": {"error": "no room"}}"#))
        #expect(plain == .failure(TaskFailure.command("no room"), traceback: nil))
        let number = CommandReply.outcome(try .written(#"{"tq": {"error": [1, 2]}}"#))
        #expect(number == .failure(TaskFailure.command("[1, 2]"), traceback: nil))
        let whole = #"""
            {"tq": {"error": {"type": "KeyError", "message": "m", "args": ["k", 1],
                "module": "builtins", "traceback": "line 1\nline 2"}}}
            """#
        let failure = TaskFailure(
            type: "KeyError",
            arguments: try .written(#"["k", 1]"#),
            module: "builtins"
        )
        let outcome = CommandReply.outcome(try .written(whole))
        #expect(outcome == .failure(failure, traceback: "line 1\nline 2"))
        let message = #"{"tq": {"error": {"type": "OSError", "message": "gone"}}}"#
        let gone = TaskFailure(type: "OSError", message: "gone", module: "tq")
        #expect(CommandReply.outcome(try .written(message)) == .failure(gone, traceback: nil))
        let empty = CommandReply.outcome(try .written(#"{"tq": {"error": {}}}"#))
        #expect(
            empty
                == .failure(
                    TaskFailure(type: "CommandFailed", message: "", module: "tq"),
                    traceback: nil
                )
        )
    }

    @Test(
        "is no replacement that ends in a group, or names the rest of a workflow",
        arguments: [
            #""task": "u", "options": {"chain": [{"task": "v"}]}"#,
            #""task": "u", "options": {"chord": {"task": "v"}}"#,
            #""task": "celery.group", "kwargs": {"tasks": []}"#,
            #""task": "celery.chain", "kwargs": {"tasks": [{"task": "celery.group", "kwargs": {"tasks": []}}]}"#,
            #""task": "celery.chord", "kwargs": {"header": [{"task": "v"}]}"#,
        ]
    )
    func workflow(_ signature: String) throws {
        let answer = try JSONText.written(#"{"tq": {"replace": {\#(signature)}}}"#)
        guard case .failure(let failure, _) = CommandReply.outcome(answer) else {
            Issue.record("it is not refused")
            return
        }
        #expect(failure.description.contains("its replacement is refused, because"))
    }

    @Test(
        "asks for another try with retry",
        arguments: [
            ("5", .seconds(5)), ("0.25", .milliseconds(250)), ("0", .zero),
            ("\"1m\"", .seconds(60)), ("true", nil), ("-1", nil), ("\"soon\"", nil), ("1e400", nil),
            ("{}", nil),
        ] as [(String, Duration?)]
    )
    func retry(_ value: String, _ delay: Duration?) throws {
        let text = #"{"tq": {"error": "E", "retry": \#(value)}}"#
        let outcome = CommandReply.outcome(try .written(text))
        #expect(outcome == .retry(delay: delay, TaskFailure.command("E"), traceback: nil))
    }

    @Test("does not ask for it with null or false, nor with fatal", arguments: ["null", "false"])
    func noRetry(_ value: String) throws {
        let failure = TaskFailure.command("E")
        let plain = #"{"tq": {"error": "E", "retry": \#(value), "fatal": false}}"#
        #expect(CommandReply.outcome(try .written(plain)) == .failure(failure, traceback: nil))
        let fatal = #"{"tq": {"error": "E", "retry": 5, "fatal": true}}"#
        #expect(CommandReply.outcome(try .written(fatal)) == .fatal(failure, traceback: nil))
    }

    @Test("puts the task back, or another in its place")
    func elsewhere() throws {
        #expect(CommandReply.outcome(try .written(#"{"tq": {"requeue": true}}"#)) == .putBack)
        let signature = #"{"task": "next", "args": [1], "options": {"queue": "q"}}"#
        let replaced = CommandReply.outcome(try .written(#"{"tq": {"replace": \#(signature)}}"#))
        let expected = try Replacement(try .written(signature))
        #expect(replaced == .replaced(by: expected))
    }

    @Test(
        "that is not understood is a failure which shows it",
        arguments: [
            "null", "1", "\"x\"", "[]", "{}", #"{"requeue": false}"#, #"{"eror": "E"}"#,
            #"{"replace": null}"#, #"{"replace": {}}"#, #"{"replace": {"task": ""}}"#,
            #"{"replace": {"task": "a", "args": 1}}"#, #"{"replace": {"task": "a", "kwargs": []}}"#,
        ]
    )
    func malformed(_ value: String) throws {
        let text = #"{"tq": \#(value)}"#
        guard case .failure(let failure, nil) = CommandReply.outcome(try .written(text)) else {
            Issue.record("\(text) is understood")
            return
        }
        #expect("\(failure)".contains("not understood") && "\(failure)".hasSuffix(text))
    }

    @Test("of great length is not shown whole")
    func long() throws {
        let text = #"{"tq": "\#(String(repeating: "é", count: 10_000))"}"#
        guard case .failure(let failure, _) = CommandReply.outcome(try .written(text)) else {
            Issue.record("it is understood")
            return
        }
        #expect("\(failure)".utf8.count < 400)
    }
}
