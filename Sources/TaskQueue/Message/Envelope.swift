/// The JSON object in which Kombu keeps a message where the broker has no properties of its own, as in
/// Redis (`celery-wire`, section 2).
package enum Envelope {
    /// - Throws: ``MessageError`` if the bytes are not such an object, or the body is not what its
    ///   encoding says.
    package static func decode(_ bytes: [UInt8]) throws(MessageError) -> Message {
        let fields: JSONFields
        do throws(JSONError) { fields = try JSONFields(bytes) } catch {
            throw .notJSON(part: "the message", reason: error)
        }
        let headers = try object(fields["headers"], named: "headers")
        let properties = try object(fields["properties"], named: "properties")
        guard let body = fields["body"] else { throw .missing(field: "body") }
        guard body.kind == .string else {
            throw .unexpected(part: "the body", expected: "a string")
        }
        return Message(
            headers: headers,
            properties: properties,
            body: try payload(body, encoding: properties[key: "body_encoding"]?.string),
            contentType: fields.string("content-type") ?? "none"
        )
    }

    package static func encode(_ message: Message) -> [UInt8] {
        var writer = JSONWriter(
            capacity: message.headers.bytes.count + message.properties.bytes.count
                + message.body.count / 3 * 4 + 128
        )
        writer.beginObject()
        writer.key("body")
        writer.base64(message.body)
        writer.key("content-encoding")
        writer.value(message.contentType == Message.jsonType ? "utf-8" : "binary")
        writer.key("content-type")
        writer.value(message.contentType)
        writer.key("headers")
        writer.value(message.headers)
        writer.key("properties")
        writer.value(message.properties)
        writer.endObject()
        return writer.bytes
    }

    private static func object(
        _ value: JSONText?,
        named name: String
    ) throws(MessageError) -> JSONText {
        guard let value else { throw .missing(field: name) }
        guard value.kind == .object else {
            throw .unexpected(part: "the field \(name)", expected: "an object")
        }
        return value
    }

    private static func payload(
        _ body: JSONText,
        encoding: String?
    ) throws(MessageError) -> [UInt8] {
        let isBase64 = encoding == "base64"
        // The rule, and quick: base64 without escapes, although JSON may write `/` as `\/`.
        if isBase64, let payload = Base64.decode(body.bytes.dropFirst().dropLast()) {
            return payload
        }
        guard let text = body.string else {
            throw .unexpected(part: "the body", expected: "text")
        }
        guard isBase64 else { return Array(text.utf8) }
        guard let payload = Base64.decode(text.utf8) else { throw .notBase64 }
        return payload
    }
}
