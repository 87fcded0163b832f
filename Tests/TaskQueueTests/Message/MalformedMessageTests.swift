import TaskQueue
import TestSupport
import Testing

private let time = "a time such as 2026-11-23T18:00:00+00:00, in the years 1 to 9999"

@Suite("Malformed messages", .timeLimit(.minutes(60)))
struct MalformedMessageTests {
    @Test(
        "that end a native worker or vanish in it are refused with a reason here",
        arguments: [
            ("body not JSON", "the body is not JSON: expected a JSON value (at byte 1)"),
            ("body is a pair", "the body is not an array of args, kwargs and embed"),
            ("body is an object", "the body is not an array of args, kwargs and embed"),
            ("kwargs is a list", "kwargs is not an object"),
            ("args is a string", "args is not an array"),
            (
                "content type not accepted",
                "refused a body of type \"application/x-python-serialize\": "
                    + "unpickling can run any code; send JSON (task_serializer)"
            ),
            (
                "content type unknown",
                #"refused a body of type "application/x-nothing": only JSON and MessagePack are read"#
            ),
            (
                "compression unknown",
                #"the body is compressed in an unknown way: "application/x-nothing""#
            ),
            ("no id header", "the message has no id"),
            ("no task header", "the message has no task name"),
            ("headers null", "the field headers is not an object"),
            ("eta unreadable", "the header eta is not \(time)"),
            (
                "expires unreadable",
                "the header expires is not \(time)"
            ),
            ("no properties", "the message has no properties"),
            ("no headers key", "the message has no headers"),
            ("element is not JSON", "the message is not JSON: expected an object (at byte 1)"),
            ("element is a JSON string", "the message is not JSON: expected an object (at byte 1)"),
        ]
    )
    func refused(name: String, reason: String) throws {
        let raw = try Fixture("malformed-messages").text("cases", name, "raw")
        let error = #expect(throws: MessageError.self) { try read(raw) }
        #expect(error?.description == reason)
    }

    @Test(
        "that native workers run are run here too",
        arguments: [
            "embed is null", "task unknown", "eta without offset", "eta with Z", "timelimit null",
            "retries null", "no delivery_tag", "no delivery_info", "no body_encoding",
        ]
    )
    func taken(name: String) throws {
        let task = try read(Fixture("malformed-messages").text("cases", name, "raw"))
        #expect(task.args.text == "[2, 3]")
        #expect(task.id.text == "the-id")
    }

    @Test("are all of those that were tried on native workers")
    func complete() throws {
        #expect(try Fixture("malformed-messages").content[key: "cases"]?.members?.count == 26)
    }

    @Test(
        "with headers of the wrong type or beyond measure are refused",
        arguments: [
            (#""id": 5"#, "the header id is not a text"), (#""id": """#, "the message has no id"),
            (#""id": "\ud800""#, "the header id is not a text"),
            (#""task": {}"#, "the header task is not a text"),
            (#""task": """#, "the task name is not a text without control characters"),
            (#""task": "a\nb""#, "the task name is not a text without control characters"),
            (#""eta": 5"#, "the header eta is not \(time)"),
            (#""eta": "10000-01-01T00:00:00+00:00""#, "the header eta is not \(time)"),
            (#""expires": "0001-01-01T00:00:00+00:01""#, "the header expires is not \(time)"),
            (#""retries": "often""#, "the header retries is not a whole number"),
            (#""retries": []"#, "the header retries is not a whole number"),
            (#""retries": NaN"#, "the header retries is not a whole number"),
            (
                #""timelimit": 5"#,
                "the header timelimit is not an array of two numbers of seconds or nulls"
            ),
            (
                #""timelimit": [1]"#,
                "the header timelimit is not an array of two numbers of seconds or nulls"
            ),
            (
                #""timelimit": [1e400, 1]"#,
                "the header timelimit is not an array of two numbers of seconds or nulls"
            ),
            (
                #""timelimit": [NaN, 1]"#,
                "the header timelimit is not an array of two numbers of seconds or nulls"
            ),
            (#""compression": 1"#, "the header compression is not a text"),
        ]
    )
    func headers(member: String, reason: String) {
        let error = #expect(throws: MessageError.self) { try read(envelope(member)) }
        #expect(error?.description == reason)
    }

    @Test(
        "with a number of tries that no task has are run, as far as it can be counted",
        arguments: [
            ("-1", 0), ("\"1\"", 1), ("2.0", 2), ("true", 1), ("1e400", 2_147_483_647),
            ("9223372036854775807", 2_147_483_647), ("-9223372036854775808", 0),
            ("99999999999999999999", 2_147_483_647),
            (#"{"__type__": "decimal", "__value__": "3"}"#, 3),
        ]
    )
    func retries(text: String, count: Int) throws {
        #expect(try read(envelope(#""retries": \#(text)"#)).retries == count)
    }

    @Test(
        "time limits of zero are for ever, less the worker's own, and of many years a hundred of them"
    )
    func timeLimits() throws {
        let never = try read(envelope(#""timelimit": [0, null]"#)).timeLimits
        #expect(never == TimeLimits(hard: 0, soft: nil))
        for nothing in ["[]", "0", "false", "\"\"", "{}", "[-1, null]", "null"] {
            #expect(try read(envelope(#""timelimit": \#(nothing)"#)).timeLimits == .none)
        }
        let texts = try read(envelope(#""timelimit": ["5", true]"#)).timeLimits
        #expect(texts == TimeLimits(hard: 5, soft: 1))
        let limits = try read(envelope(#""timelimit": [1e300, 2.5]"#)).timeLimits
        #expect(limits == TimeLimits(hard: 3_153_600_000, soft: 2.5))
    }

    private func envelope(_ member: String) -> [UInt8] {
        Array(
            #"""
            {"body": "[[], {}, {}]", "content-type": "application/json", "properties": {},
             "headers": {"id": "an-id", "task": "t.x", \#(member)}}
            """#.utf8
        )
    }

    private func read(_ raw: [UInt8]) throws -> TaskMessage {
        try TaskMessage(Envelope.decode(raw), body: BodyReader())
    }
}
