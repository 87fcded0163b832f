import TestSupport
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("a task in the place of another")
struct ReplacementTests {
    private let now = Timestamp.now()

    /// What a worker makes of the answer of a task that its sender gave limits, a date and a parent.
    private func replace(_ options: String, _ embed: String = "null") throws -> OutgoingMessage {
        let headers = #"""
            {"id": "one", "task": "first", "retries": 2, "timelimit": [20, 10], "x-own": "kept",
             "expires": "2090-01-01T00:00:00+00:00", "parent_id": "outer", "root_id": "outer",
             "group": "g", "shadow": "other", "max_retries": 7, "stamps": {"a": [1]},
             "stamped_headers": ["a"], "replaced_task_nesting": 1}
            """#
        let message = Message(
            headers: try .written(headers),
            properties: try .written(
                #"{"priority": 5, "expiration": "99", "delivery_info": {"x": 1}}"#
            ),
            body: Array("[[1],{},\(embed)]".utf8)
        )
        let task = try TaskMessage(message, body: BodyReader())
        let signature = #"{"task": "second", "args": [2], "kwargs": {}, "options": \#(options)}"#
        let replacement = try Replacement(try .written(signature))
        return task.replacement(replacement, message, queue: .celery, now: now)
    }

    @Test("has its id and belongs where it does, and no limit or date of its")
    func plain() throws {
        let next = try replace("{}")
        let headers = next.message.headers
        #expect(next.id.text == "one" && next.task.text == "second" && next.queue == .celery)
        #expect(next.eta == nil && next.priority == 5 && next.expectsResult)
        let expected = [
            ("parent_id", "\"one\""), ("root_id", "\"outer\""), ("group", "\"g\""),
            ("retries", "0"),
            ("timelimit", "[null,null]"), ("expires", "null"), ("eta", "null"), ("shadow", "null"),
            ("max_retries", "null"), ("x-own", "\"kept\""), ("stamped_headers", "[\"a\"]"),
            ("replaced_task_nesting", "2"), ("argsrepr", "\"(2,)\""),
        ]
        for (key, text) in expected { #expect(headers[key: key]?.text == text, "\(key)") }
        #expect(next.message.properties[key: "expiration"] == .null)
        #expect(
            next.message.properties[key: "delivery_info"]?.text
                == #"{"redelivered":false,"exchange":"","routing_key":"celery","x": 1}"#
        )
    }

    @Test("is sent as its options say")
    func options() throws {
        let link = #"{"task": "after", "args": [], "kwargs": {}, "options": {}}"#
        let next = try replace(
            #"""
            {"countdown": 4, "priority": 3, "queue": "q", "expires": 60, "time_limit": 9,
             "soft_time_limit": 8, "retries": 1, "max_retries": 6, "shadow": "s", "reply_to": "r",
             "ignore_result": true, "headers": {"x-new": [1]}, "stamped_headers": ["b"], "b": "v",
             "parent_id": "p", "argsrepr": "A", "link": \#(link), "link_error": [\#(link)],
             "task_id": "one", "serializer": "json", "add_to_parent": true, "chord": null}
            """#,
            #"{"callbacks": [{"task": "old"}], "errbacks": null, "chain": [1], "chord": null}"#
        )
        let headers = next.message.headers
        #expect(next.queue.text == "q" && next.priority == 3 && !next.expectsResult)
        #expect(next.eta == now + .seconds(4))
        let task = try TaskMessage(next.message, body: BodyReader())
        #expect(task.eta == next.eta && task.expires == now + .seconds(60) && task.retries == 1)
        #expect(task.timeLimits == TimeLimits(hard: 9, soft: 8) && task.maxRetries == 6)
        #expect(task.priority == 3 && task.ignoresResult && task.parentID?.text == "p")
        let expected = [
            ("shadow", "\"s\""), ("x-new", "[1]"), ("stamped_headers", "[\"b\"]"),
            ("stamps", #"{"b":"v"}"#), ("argsrepr", "\"A\""),
        ]
        for (key, text) in expected { #expect(headers[key: key]?.text == text, "\(key)") }
        #expect(next.message.properties[key: "reply_to"]?.string == "r")
        #expect(next.message.properties[key: "expiration"]?.string == "60000")
        #expect(task.embed[key: "callbacks"]?.text == "[\(link),{\"task\": \"old\"}]")
        #expect(task.embed[key: "errbacks"]?.text == "[\(link)]")
        #expect(task.embed[key: "chain"]?.text == "[1]")
    }

    @Test(
        "takes Celery's other spellings",
        arguments: [
            (#"{"routing_key": "q", "exchange": ""}"#, "q"),
            (#"{"queue": "q", "routing_key": "q"}"#, "q"),
            (#"{"exchange": "q", "queue": "q"}"#, "q"),
            (#"{"queue": null, "eta": null}"#, "celery"),
        ]
    )
    func places(options: String, queue: String) throws {
        #expect(try replace(options).queue.text == queue)
    }

    @Test("may have dates of its own, and a countdown goes before one")
    func dates() throws {
        let eta = #""eta": "2080-01-01T00:00:00+00:00""#
        #expect(try replace("{\(eta)}").eta?.iso8601 == "2080-01-01T00:00:00+00:00")
        for options in ["\(eta), \"countdown\": 4", "\"countdown\": 4, \(eta)"] {
            #expect(try replace("{\(options)}").eta == now + .seconds(4))
        }
        let typed = #"{"__type__": "datetime", "__value__": "2080-01-01T00:00:00"}"#
        let expires = try replace(#"{"expires": \#(typed)}"#).message.headers[key: "expires"]
        #expect(expires?.string == "2080-01-01T00:00:00+00:00")
    }

    @Test(
        "is refused with an option that is not understood",
        arguments: [
            (#"{"colour": 1}"#, #"its option "colour" is not known"#),
            (#"{"chain": []}"#, #"its option "chain" is not known"#),
            (#"{"chord": {}}"#, #"its option "chord" is not known"#),
            (#"{"priority": 10}"#, #"its option "priority" is not a whole number from 0 to 9"#),
            (#"{"countdown": -1}"#, #"its option "countdown" is not a number of seconds"#),
            (#"{"countdown": 1e308}"#, #"its option "countdown" is not a number of seconds"#),
            (#"{"eta": "10000-01-01T00:00:00"}"#, #"its option "eta" is not a time"#),
            (#"{"retries": 9223372036854775807}"#, #"its option "retries" is not a whole number"#),
            (#"{"queue": "a\n"}"#, #"its option "queue" is not a queue's name"#),
            (#"{"queue": "a", "routing_key": "b"}"#, #"its option "routing_key" is not the name"#),
            (#"{"exchange": "news"}"#, #"its option "exchange" is not Celery's default one"#),
            (#"{"headers": {"id": "x"}}"#, #"its option "headers" is not without id"#),
            (#"{"stamped_headers": 1}"#, #"its option "stamped_headers" is not an array of names"#),
        ]
    )
    func refused(options: String, reason: String) throws {
        let text = #"{"tq": {"replace": {"task": "second", "options": \#(options)}}}"#
        guard case .failure(let failure, nil) = CommandReply.outcome(try .written(text)) else {
            Issue.record("\(options) is understood")
            return
        }
        #expect("\(failure)".contains("its replacement is refused, because \(reason)"))
    }

    @Test("is refused as a chain, group or chord", arguments: ["chain", "group", "chord"])
    func canvas(type: String) throws {
        let text = #"{"task": "celery.\#(type)", "subtask_type": "\#(type)"}"#
        #expect(throws: SignatureProblem.self) { try Replacement(try .written(text)) }
    }

    @Test(
        "counts how often, up to what a number holds",
        arguments: [
            ("9223372036854775807", 2_147_483_647), ("-5", 1), ("2147483647", 2_147_483_647),
            ("3", 4),
            ("null", 1), ("\"x\"", 1), ("1e400", 1),
        ]
    )
    func nesting(before: String, after: Int) throws {
        let message = Message(
            headers: try .written(
                #"{"id": "1", "task": "t", "replaced_task_nesting": \#(before)}"#
            ),
            properties: .emptyObject,
            body: Array("[[],{},null]".utf8)
        )
        let task = try TaskMessage(message, body: BodyReader())
        let replacement = try Replacement(try .written(#"{"task": "second"}"#))
        let next = task.replacement(replacement, message, queue: .celery, now: now)
        #expect(next.message.headers[key: "replaced_task_nesting"]?.integer == after)
    }
}
