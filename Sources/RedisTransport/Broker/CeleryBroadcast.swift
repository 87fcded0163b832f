internal import TaskQueue

/// A command to all of Celery's workers, which hear it on a channel (`celery-wire`, section 8.1).
enum CeleryBroadcast {
    /// Tells them not to run tasks; each remembers it for as long as it lives.
    ///
    /// - Returns: the envelope that is published on ``RedisKeys/control(database:)``.
    static func revoke(_ ids: [TaskID]) -> [UInt8] {
        var arguments = JSONWriter()
        arguments.beginObject()
        arguments.field("task_id", ids.map(\.text))
        arguments.field("terminate", false)
        arguments.field("signal", "SIGTERM")
        arguments.endObject()
        return envelope(method: "revoke", arguments: arguments.bytes)
    }

    /// It asks for no answer.
    private static func envelope(method: String, arguments: [UInt8]) -> [UInt8] {
        let tag = UUIDText.random()
        return Envelope.encode(
            Message(
                headers: text(#"{"clock":1,"expires":0}"#),
                properties: text(
                    #"{"delivery_mode":2,"delivery_info":{"exchange":"celery.pidbox","routing_key":""}"#
                        + #","priority":0,"body_encoding":"base64","delivery_tag":"\#(tag)"}"#
                ),
                body: Array(#"{"method":"\#(method)","arguments":"#.utf8) + arguments
                    + Array(#","destination":null,"pattern":null,"matcher":null}"#.utf8),
                contentType: Message.jsonType
            )
        )
    }

    private static func text(_ json: String) -> JSONText { JSONText(wellFormed: Array(json.utf8)) }
}
