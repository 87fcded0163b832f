/// A message as a broker carries it, in Celery's task protocol (`celery-wire`, sections 2 and 3).
///
/// Nothing in it is read yet but what is needed to find the parts; ``TaskMessage`` reads the rest.
package struct Message: Sendable {
    /// The headers: a JSON object.
    package var headers: JSONText
    /// The properties: a JSON object (`correlation_id`, `reply_to`, `priority`, `delivery_info` …).
    package var properties: JSONText
    /// The payload as it was serialized and perhaps compressed; not in base64.
    package var body: [UInt8]
    package var contentType: String

    package static let jsonType = "application/json"

    package init(
        headers: JSONText,
        properties: JSONText,
        body: [UInt8],
        contentType: String = jsonType
    ) {
        self.headers = headers
        self.properties = properties
        self.body = body
        self.contentType = contentType
    }

    /// Reads the parts as a database holds them.
    ///
    /// - Throws: ``MessageError`` if headers or properties are not JSON objects.
    package init(
        headers: [UInt8],
        properties: [UInt8],
        body: [UInt8],
        contentType: String
    ) throws(MessageError) {
        self.headers = try Self.object(headers, part: "the headers")
        self.properties = try Self.object(properties, part: "the properties")
        self.body = body
        self.contentType = contentType
    }

    private static func object(_ bytes: [UInt8], part: String) throws(MessageError) -> JSONText {
        let value: JSONText
        do throws(JSONError) {
            value = try JSONText(bytes, acceptsNonFinite: true)
        } catch {
            throw .notJSON(part: part, reason: error)
        }
        guard value.kind == .object else { throw .unexpected(part: part, expected: "an object") }
        return value
    }
}
