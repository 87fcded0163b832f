import TaskQueue
import TestSupport
import Testing

/// A message as it is pushed onto a list of Redis, past tq-send.
struct RawMessage: Sendable {
    let name: String
    let bytes: [UInt8]
    /// What the reason among the dead letters says; `nil` if the message is good enough to be run.
    var reason: String?

    init(_ name: String, _ bytes: some Sequence<UInt8>, reason: String? = "") {
        self.name = name
        self.bytes = Array(bytes)
        self.reason = reason
    }

    /// An envelope around a body in base64, which is good where the arguments do not say otherwise.
    init(
        _ name: String,
        body: String = "[[2, 3], {}, {}]",
        headers: String = #"{"task": "capapp.add", "id": "an-id"}"#,
        properties: String = #"{"delivery_info": {}, "body_encoding": "base64"}"#,
        type: String = "application/json",
        reason: String?
    ) {
        var base64: [UInt8] = []
        Base64.append(body.utf8, to: &base64)
        let text = """
            {"body": "\(String(decoding: base64, as: UTF8.self))", "content-encoding": "utf-8", \
            "content-type": "\(type)", "headers": \(headers), "properties": \(properties)}
            """
        self.init(name, text.utf8, reason: reason)
    }
}

// MARK: - What Celery wrote

extension RawMessage {
    private static let folder = "Tests/TaskQueueTests/Fixtures/celery"

    private static func fixture(_ name: String) throws -> JSONText {
        try JSONText(SourceTree.bytes("\(folder)/\(name)"))
    }

    /// The first message of a captured exchange.
    static func captured(_ file: String, reason: String?) throws -> RawMessage {
        let messages = try #require(try fixture(file)[key: "messages"]?.elements)
        let raw = try #require(messages.first?[key: "raw"]?.string)
        return RawMessage(file, raw.utf8, reason: reason)
    }

    /// A message of each captured task, cut short in several places.
    static func cutShort() throws -> [RawMessage] {
        let files = try SourceTree.names(in: folder).filter { file in
            file.hasPrefix("redis-task-") && !file.hasPrefix("redis-task-lifecycle")
        }
        return try files.flatMap { file in
            let whole = try captured(file, reason: nil).bytes
            return [1, whole.count / 3, whole.count / 2, whole.count - 1].map { length in
                RawMessage("\(file) to \(length)", whole.prefix(length), reason: "is not JSON")
            }
        }
    }

    /// The cases of which it is known what Celery makes of them.
    static func malformed(_ reasons: [String: String]) throws -> [RawMessage] {
        let cases = try #require(try fixture("malformed-messages.json")[key: "cases"]?.members)
        return try cases.map { name, value in
            let raw = try #require(value[key: "raw"]?.string)
            return RawMessage(name, raw.utf8, reason: reasons[name])
        }
    }
}
