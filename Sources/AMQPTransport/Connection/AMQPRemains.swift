internal import CRabbitMQ
internal import TaskQueue

/// What a message says that only AMQP has, and that says nothing to tq: it stands in the message's properties, under
/// ``name``, and is published with it again.
///
/// Two properties are left out. With `expiration` the server would drop a task on its further way, or send a copy of one that
/// runs back too soon; the header `expires` says the same, and a task that is late has a result by that. The server
/// takes `user_id` from that user alone.
enum AMQPRemains {
    static let name = "amqp"
    private static let headers = "headers"
    private static let encoding = "content_encoding"
    private static let timestamp = "timestamp"

    private static let flags = [
        AMQP_BASIC_MESSAGE_ID_FLAG, AMQP_BASIC_TYPE_FLAG, AMQP_BASIC_APP_ID_FLAG,
        AMQP_BASIC_CLUSTER_ID_FLAG, AMQP_BASIC_TIMESTAMP_FLAG,
    ].reduce(amqp_flags_t(0)) { $0 | amqp_flags_t(UInt32(bitPattern: $1)) }

    /// Of messages of a type, where they say no other.
    static func usualEncoding(_ contentType: String) -> String {
        contentType == Message.jsonType ? "utf-8" : "binary"
    }

    /// - Returns: `nil`, as nearly always: it says nothing more.
    static func json(_ properties: amqp_basic_properties_t, contentType: String) -> JSONText? {
        var encoding: String?
        if properties.has(AMQP_BASIC_CONTENT_ENCODING_FLAG) {
            let text = String(amqp: properties.content_encoding)
            if text != usualEncoding(contentType) { encoding = text }
        }
        let hasHeaders = properties.has(AMQP_BASIC_HEADERS_FLAG)
        let exact = hasHeaders ? ExactHeaders.json(properties.headers) : nil
        guard encoding != nil || exact != nil || properties._flags & flags != 0 else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        func write(_ flag: Int32, _ name: String, _ text: amqp_bytes_t) {
            guard properties.has(flag) else { return }
            writer.key(name)
            writer.value(String(amqp: text))
        }
        write(AMQP_BASIC_MESSAGE_ID_FLAG, "message_id", properties.message_id)
        write(AMQP_BASIC_TYPE_FLAG, "type", properties.type)
        write(AMQP_BASIC_APP_ID_FLAG, "app_id", properties.app_id)
        write(AMQP_BASIC_CLUSTER_ID_FLAG, "cluster_id", properties.cluster_id)
        if properties.has(AMQP_BASIC_TIMESTAMP_FLAG) {
            writer.key(timestamp)
            writer.value(Int(truncatingIfNeeded: properties.timestamp))
        }
        if let encoding {
            writer.key(self.encoding)
            writer.value(encoding)
        }
        if let exact {
            writer.key(headers)
            writer.value(exact)
        }
        writer.endObject()
        return JSONText(wellFormed: writer.bytes)
    }

    /// Takes everything over but the headers.
    ///
    /// - Returns: those: see ``ExactHeaders``.
    static func restore(
        _ json: JSONText,
        to properties: inout amqp_basic_properties_t,
        _ tables: AMQPTables
    ) -> [String: JSONText] {
        func text(_ name: String, _ flag: Int32) -> amqp_bytes_t {
            guard let text = json[key: name]?.string else { return amqp_bytes_t() }
            properties.set(flag)
            return tables.text(text)
        }
        properties.message_id = text("message_id", AMQP_BASIC_MESSAGE_ID_FLAG)
        properties.type = text("type", AMQP_BASIC_TYPE_FLAG)
        properties.app_id = text("app_id", AMQP_BASIC_APP_ID_FLAG)
        properties.cluster_id = text("cluster_id", AMQP_BASIC_CLUSTER_ID_FLAG)
        if let seconds = json[key: timestamp]?.integer {
            properties.timestamp = UInt64(truncatingIfNeeded: seconds)
            properties.set(AMQP_BASIC_TIMESTAMP_FLAG)
        }
        if let encoding = json[key: encoding]?.string {
            properties.content_encoding = tables.text(encoding)
        }
        let members = json[key: headers]?.members ?? []
        return Dictionary(members.map { ($0.key, $0.value) }) { $1 }
    }
}

extension amqp_basic_properties_t {
    func has(_ flag: Int32) -> Bool { _flags & amqp_flags_t(UInt32(bitPattern: flag)) != 0 }

    mutating func set(_ flag: Int32) { _flags |= amqp_flags_t(UInt32(bitPattern: flag)) }
}
