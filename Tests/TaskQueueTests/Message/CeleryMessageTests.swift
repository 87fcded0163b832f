import TaskQueue
import TestSupport
import Testing

@Suite("Messages that Celery wrote")
struct CeleryMessageTests {
    @Test("are taken apart as Python does it", arguments: Fixture.names)
    func envelope(name: String) throws {
        for captured in try Fixture(name).messages {
            let message = try Envelope.decode(captured.raw)
            #expect(JSONDump.dump(message.headers) == captured.headers.map(JSONDump.dump))
            #expect(JSONDump.dump(message.properties) == captured.properties.map(JSONDump.dump))
            #expect(message.contentType == captured.decoded[key: "content-type"]?.string)
            if message.headers[key: "compression"] == nil,
                let text = captured.decoded[key: "body_text"]
            {
                #expect(String(decoding: message.body, as: UTF8.self) == text.string)
            }
            if let text = captured.decoded[key: "body_hex"]?.string {
                #expect(Hexadecimal.text(message.body) == text)
            }
        }
    }

    @Test("are read to the tasks they are", arguments: Fixture.names)
    func task(name: String) throws {
        for captured in try Fixture(name).messages {
            let message = try Envelope.decode(captured.raw)
            guard message.headers[key: "task"] != nil, message.headers[key: "compression"] == nil,
                message.contentType == Message.jsonType
            else { continue }
            let task = try TaskMessage(message, body: BodyReader())
            try check(task, captured)
        }
    }

    private func check(_ task: TaskMessage, _ captured: CapturedMessage) throws {
        let headers = try #require(captured.headers)
        #expect(task.id.text == headers[key: "id"]?.string)
        #expect(task.task.text == headers[key: "task"]?.string)
        if let body = captured.decoded[key: "body"]?.elements(count: 3) {
            #expect(
                [task.args, task.kwargs, task.embed].map(JSONDump.dump) == body.map(JSONDump.dump)
            )
        }
        #expect(task.eta == headers[key: "eta"]?.string.flatMap { Timestamp(iso8601: $0) })
        #expect(task.expires == headers[key: "expires"]?.string.flatMap { Timestamp(iso8601: $0) })
        #expect(task.retries == headers[key: "retries"]?.integer)
        let limits = try #require(headers[key: "timelimit"]?.elements(count: 2))
        #expect([task.timeLimits.hard, task.timeLimits.soft] == limits.map(\.double))
        #expect(task.ignoresResult == (headers[key: "ignore_result"]?.boolean ?? false))
        #expect(task.rootID.text == headers[key: "root_id"]?.string)
        #expect(task.parentID?.text == headers[key: "parent_id"]?.string)
        #expect(task.groupID == headers[key: "group"]?.string)
        let priority = captured.properties?[key: "priority"]?.integer ?? 0
        #expect(task.priority == min(max(priority, 0), 9))
        #expect(JSONDump.dump(task.headers) == JSONDump.dump(headers))
        #expect(task.properties == (try Envelope.decode(captured.raw)).properties)
    }

    @Test("are read wherever they turn up: in commands, in keys, in what is unacknowledged")
    func everywhere() throws {
        var tasks = 0
        for name in Fixture.names where name != "malformed-messages" {
            for envelope in try Fixture(name).envelopes {
                let message = try Envelope.decode(envelope)
                // The rest are events, and remote control with its replies.
                guard message.headers[key: "task"] != nil else { continue }
                guard message.headers[key: "compression"] == nil else { continue }
                guard message.contentType == Message.jsonType else { continue }
                tasks += 1
                let task = try TaskMessage(message, body: BodyReader())
                #expect(TaskMessage.id(of: message) == task.id)
            }
        }
        #expect(tasks > 140)
    }

    @Test("are the same after being written and read again")
    func roundTrip() throws {
        for envelope in try Fixture.names.flatMap({ try Fixture($0).envelopes }) {
            guard let message = try? Envelope.decode(envelope) else { continue }
            let again = try Envelope.decode(Envelope.encode(message))
            #expect(again.contentType == message.contentType)
            #expect(again.headers == message.headers)
            guard message.properties[key: "body_encoding"]?.string == "base64" else { continue }
            #expect(again.properties == message.properties)
            #expect(again.body == message.body)
        }
    }

    @Test("of protocol 1 have everything in the body")
    func protocol1() throws {
        let captured = try Fixture.message("options-protocol1")
        let task = try TaskMessage(Envelope.decode(captured.raw), body: BodyReader())
        #expect(task.id.text == "104a4f6a-ecec-41a8-b9e3-073c4a7dcddd")
        #expect(task.task.text == "t.x")
        #expect(task.args.text == "[1]")
        #expect(task.kwargs.text == #"{"k": 2}"#)
        #expect(task.embed.text == #"{"callbacks":null,"errbacks":null,"chain":null,"chord":null}"#)
        #expect(task.eta == Timestamp(iso8601: "2026-11-23T02:31:34.712658Z"))
        #expect(task.timeLimits == .none)
        #expect(task.rootID == task.id)
        #expect(task.headers == .emptyObject)
    }

    @Test("the smallest that a native worker runs is run here too")
    func smallest() throws {
        let message = try Envelope.decode(
            Fixture("foreign-cross-check").text("minimal_message", "raw")
        )
        let task = try TaskMessage(message, body: BodyReader())
        #expect(task.embed == .null)
        #expect(task.retries == 0 && task.priority == 0 && task.eta == nil && task.groupID == nil)
    }
}
