/// The marks of a message that was put back, where Kombu and Celery's workers look for them (`celery-wire`,
/// section 1.6): in its headers, and in the `delivery_info` of its properties.
package enum Redelivery {
    private static let yes = JSONText(wellFormed: Array("true".utf8))
    private static let no = JSONText(wellFormed: Array("false".utf8))

    /// The headers of the message, which is put back; `losses` is written beside if it is not `nil`.
    package static func headers(_ headers: JSONText, losses: Int? = nil) -> JSONText {
        let marked = headers.setting([("redelivered", yes)])
        guard let losses else { return marked }
        return marked.setting([("tq_losses", .number(losses))])
    }

    /// The properties of the message, which is put back.
    package static func properties(_ properties: JSONText) -> JSONText {
        setting(yes, in: properties)
    }

    /// The envelope of the message, which is put back; everything else stays as it was written.
    ///
    /// - Returns: the bytes themselves if they are not an envelope.
    package static func envelope(_ bytes: [UInt8], losses: Int? = nil) -> [UInt8] {
        guard let message = try? Envelope.decode(bytes) else { return bytes }
        return JSONText(wellFormed: bytes).setting([
            ("headers", headers(message.headers, losses: losses)),
            ("properties", properties(message.properties)),
        ]).bytes
    }

    /// Takes the marks off again: the message is another now.
    package static func remove(from message: inout Message) {
        if message.headers[key: "redelivered"] != nil {
            message.headers = message.headers.setting([("redelivered", no)])
        }
        if message.properties[key: "delivery_info"]?[key: "redelivered"] != nil {
            message.properties = setting(no, in: message.properties)
        }
    }

    private static func setting(_ mark: JSONText, in properties: JSONText) -> JSONText {
        let found = properties[key: "delivery_info"]
        let info =
            found.flatMap { $0.kind == .object ? $0 : nil } ?? .emptyObject
        return properties.setting([("delivery_info", info.setting([("redelivered", mark)]))])
    }
}
