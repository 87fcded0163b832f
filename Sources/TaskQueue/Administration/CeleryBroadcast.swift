/// A command to all of Celery's workers, which hear it over an exchange (`celery-wire`, section 8.1).
package enum CeleryBroadcast {
    /// Where it goes, with no routing key; Celery's workers make it.
    package static let exchange = "celery.pidbox"

    /// Tells them not to run tasks; each remembers it for as long as it lives.
    ///
    /// - Returns: the message that is published.
    package static func revoke(_ ids: [TaskID]) -> Message {
        var arguments = JSONWriter()
        arguments.beginObject()
        arguments.field("task_id", ids.map(\.text))
        arguments.field("terminate", false)
        arguments.field("signal", "SIGTERM")
        arguments.endObject()
        return message(method: "revoke", arguments: arguments.bytes)
    }

    /// It asks for no answer.
    private static func message(method: String, arguments: [UInt8]) -> Message {
        let tag = UUIDText.random()
        return Message(
            headers: text(#"{"clock":1,"expires":0}"#),
            properties: text(
                #"{"delivery_mode":2,"delivery_info":{"exchange":"\#(exchange)","routing_key":""}"#
                    + #","priority":0,"body_encoding":"base64","delivery_tag":"\#(tag)"}"#
            ),
            body: Array(#"{"method":"\#(method)","arguments":"#.utf8) + arguments
                + Array(#","destination":null,"pattern":null,"matcher":null}"#.utf8),
            contentType: Message.jsonType
        )
    }

    private static func text(_ json: String) -> JSONText { JSONText(wellFormed: Array(json.utf8)) }
}
