package import TaskQueue

/// A file of what Celery itself wrote (`celery-wire`, section 13).
package struct Fixture: Sendable, CustomStringConvertible {
    private static let folder = "Tests/TaskQueueTests/Fixtures/celery"

    /// All of them, by name without `.json`.
    package static let names = ((try? SourceTree.names(in: folder)) ?? []).map {
        String($0.dropLast(5))
    }

    package let name: String
    package let content: JSONText

    package var description: String { name }

    package init(_ name: String) throws {
        self.name = name
        content = try JSONText(
            SourceTree.bytes("\(Self.folder)/\(name).json"),
            acceptsNonFinite: true
        )
    }

    /// The messages that it shows decoded.
    package var messages: [CapturedMessage] {
        (content[key: "messages"]?.elements ?? []).compactMap(CapturedMessage.init)
    }

    /// The first message that it shows decoded.
    package static func message(_ name: String) throws -> CapturedMessage {
        guard let message = try Fixture(name).messages.first else { throw NoSuchPart(name: name) }
        return message
    }

    /// The text at a path of keys.
    package func text(_ path: String...) throws -> [UInt8] {
        guard let text = path.reduce(content, { $0?[key: $1] })?.string else {
            throw NoSuchPart(name: name)
        }
        return Array(text.utf8)
    }

    /// Every message in the file that has the form of one: in commands, keys and logs too.
    package var envelopes: Set<[UInt8]> {
        var envelopes: Set<[UInt8]> = []
        Self.visit(content) { value in
            guard let text = value.string, let inner = try? JSONText(text.utf8) else { return }
            // In the hash `unacked` the message is the first of three.
            let message = inner.elements?.first ?? inner
            if message[key: "body"] != nil { envelopes.insert(message.bytes) }
        }
        return envelopes
    }

    /// Every object in the file that shows a key of Redis: `{"key", "raw", "decoded", …}`.
    package var records: [JSONText] {
        var records: [JSONText] = []
        Self.visit(content) {
            if $0[key: "key"] != nil, $0[key: "raw"] != nil { records.append($0) }
        }
        return records
    }

    private static func visit(_ value: JSONText, _ body: (JSONText) -> Void) {
        body(value)
        for element in value.elements ?? [] { visit(element, body) }
        for member in value.members ?? [] { visit(member.value, body) }
    }
}

/// A fixture lacks what a test wants of it.
package struct NoSuchPart: Error {
    package let name: String

    package init(name: String) {
        self.name = name
    }
}
