/// The JSON object in which Kombu keeps a message where the broker has no properties of its own, as in
/// Redis (`celery-wire`, section 2).
package enum Envelope {
    /// - Throws: ``MessageError`` if the bytes are not an object of this kind, or the body is not what its
    ///   encoding says.
    package static func decode(_ bytes: [UInt8]) throws(MessageError) -> Message {
        let fields: JSONFields
        do throws(JSONError) { fields = try JSONFields(bytes) } catch {
            throw .notJSON(part: "the message", reason: error)
        }
        let headers = try object(fields["headers"], named: "headers")
        let properties = try object(fields["properties"], named: "properties")
        guard let body = fields.slice("body") else { throw .missing(field: "body") }
        guard body.first == UInt8(ascii: "\"") else {
            throw .unexpected(part: "the body", expected: "a string")
        }
        return Message(
            headers: headers,
            properties: properties,
            body: try payload(body, encoding: properties[key: "body_encoding"]?.string),
            contentType: contentType(fields)
        )
    }

    package static func encode(_ message: Message) -> [UInt8] {
        let isJSON = message.contentType == Message.jsonType
        var text: [UInt8] = []
        text.reserveCapacity(
            message.headers.bytes.count + message.properties.bytes.count
                + message.body.count / 3 * 4 + 160
        )
        text.append(contentsOf: bodyKey)
        Base64.append(message.body, to: &text)
        text.append(contentsOf: isJSON ? jsonTypes : binaryTypes)
        if !isJSON { JSONString.append(message.contentType, to: &text) }
        text.append(contentsOf: headersKey)
        text.append(contentsOf: message.headers.bytes)
        text.append(contentsOf: propertiesKey)
        text.append(contentsOf: message.properties.bytes)
        text.append(UInt8(ascii: "}"))
        return text
    }

    // What stands between the parts, written once: the keys are always the same.
    private static let bodyKey = Array(#"{"body":""#.utf8)
    private static let jsonTypes = Array(
        #"","content-encoding":"utf-8","content-type":"\#(Message.jsonType)""#.utf8
    )
    private static let binaryTypes = Array(
        #"","content-encoding":"binary","content-type":"#.utf8
    )
    private static let headersKey = Array(#","headers":"#.utf8)
    private static let propertiesKey = Array(#","properties":"#.utf8)

    private static func contentType(_ fields: JSONFields) -> String {
        // Nearly always that, and no text to build.
        if let value = fields.slice("content-type"), value.elementsEqual(quotedJSONType) {
            return Message.jsonType
        }
        return fields.string("content-type") ?? "none"
    }

    private static let quotedJSONType = Array("\"\(Message.jsonType)\"".utf8)

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
        _ body: ArraySlice<UInt8>,
        encoding: String?
    ) throws(MessageError) -> [UInt8] {
        let isBase64 = encoding == "base64"
        // The rule, and quick: base64 without escapes, although JSON may write `/` as `\/`.
        if isBase64, let payload = Base64.decode(body.dropFirst().dropLast()) {
            return payload
        }
        guard let text = try? JSONString.decode(body.dropFirst().dropLast()) else {
            throw .unexpected(part: "the body", expected: "text")
        }
        guard isBase64 else { return Array(text.utf8) }
        guard let payload = Base64.decode(text.utf8) else { throw .notBase64 }
        return payload
    }
}
