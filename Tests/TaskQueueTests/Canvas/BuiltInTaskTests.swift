import TestSupport
import Testing

@testable import TaskQueue

@Suite("A task that every worker has")
struct BuiltInTaskTests {
    private func task(_ name: String, _ args: String, _ kwargs: String) throws -> TaskMessage {
        var message = try Delivery.sample("1").message()
        message.headers = message.headers.setting([("task", JSONText(string: name))])
        message.body = Array("[\(args),\(kwargs),null]".utf8)
        return try TaskMessage(message, body: BodyReader())
    }

    @Test("is read as Celery's clients write it", arguments: ["redis-map", "redis-starmap"])
    func captured(name: String) throws {
        let message = try Envelope.decode(Fixture.message(name).raw)
        let task = try TaskMessage(message, body: BodyReader())
        guard case .calls(let chord) = try #require(BuiltInTask(task)),
            case .chord(let header, _, let body) = chord.kind
        else { throw NoSuchPart(name: name) }
        let elements = try #require(task.kwargs[key: "it"]?.elements)
        let expected = elements.map { name == "redis-map" ? JSONText(array: [$0]) : $0 }
        #expect(header.map(\.args) == expected)
        #expect(body.task.text == "celery.accumulate")
    }

    @Test("returns its arguments, or one of them")
    func accumulation() throws {
        for (kwargs, expected) in [
            ("{}", "[[1,2],3]"), (#"{"index":0}"#, "[1,2]"), (#"{"index":null}"#, "[[1,2],3]"),
        ] {
            let builtIn = BuiltInTask(try task("celery.accumulate", "[[1,2],3]", kwargs))
            guard case .accumulation(let value) = builtIn else { throw NoSuchPart(name: kwargs) }
            #expect(value.text == expected)
        }
    }

    @Test(
        "is none with other arguments, and no other is one",
        arguments: [
            ("celery.accumulate", #"{"index":7}"#), ("celery.map", "{}"),
            ("celery.map", #"{"task":{"task":"t"},"it":7}"#),
            ("celery.starmap", #"{"task":{"task":"t"},"it":[7]}"#),
            ("celery.map", #"{"task":{"task":"celery.chain","kwargs":{"tasks":[]}},"it":[7]}"#),
            ("celery.chord_unlock", "{}"), ("accumulate", "{}"),
        ]
    )
    func others(_ name: String, _ kwargs: String) throws {
        if BuiltInTask(try task(name, "[1]", kwargs)) != nil { Issue.record("it is one") }
    }
}
