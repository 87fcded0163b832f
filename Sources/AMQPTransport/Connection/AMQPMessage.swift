internal import CRabbitMQ
internal import TaskQueue

/// A message as it is published (`celery-wire`, section 10.3).
struct AMQPMessage: ~Copyable {
    let tables = AMQPTables()
    private(set) var properties = amqp_basic_properties_t()
    let body: amqp_bytes_t

    /// - Parameters:
    ///   - message: whose headers become a table.
    ///   - headers: beside its own.
    init(_ message: Message, adding headers: [(key: String, value: JSONText)] = []) {
        body = tables.bytes(message.body)
        let own = message.properties
        let encoding = AMQPRemains.usualEncoding(message.contentType)
        properties.content_type = tables.text(message.contentType)
        properties.content_encoding = tables.text(encoding)
        let exact = own[key: AMQPRemains.name].map {
            AMQPRemains.restore($0, to: &properties, tables)
        }
        properties.headers = tables.table(
            Self.headers(message.headers, headers, exact ?? [:], tables)
        )
        properties.delivery_mode = 2
        properties.priority = UInt8(clamping: own[key: "priority"]?.integer ?? 0)
        properties.set(AMQP_BASIC_CONTENT_TYPE_FLAG)
        properties.set(AMQP_BASIC_CONTENT_ENCODING_FLAG)
        properties.set(AMQP_BASIC_HEADERS_FLAG)
        properties.set(AMQP_BASIC_DELIVERY_MODE_FLAG)
        properties.set(AMQP_BASIC_PRIORITY_FLAG)
        if let id = own[key: "correlation_id"]?.string {
            properties.correlation_id = tables.text(id)
            properties.set(AMQP_BASIC_CORRELATION_ID_FLAG)
        }
        if let address = own[key: "reply_to"]?.string {
            properties.reply_to = tables.text(address)
            properties.set(AMQP_BASIC_REPLY_TO_FLAG)
        }
    }

    /// Those that the server writes itself are left out: it would go on counting in them.
    private static func headers(
        _ own: JSONText,
        _ others: [(key: String, value: JSONText)],
        _ exact: [String: JSONText],
        _ tables: AMQPTables
    ) -> [(key: String, value: amqp_field_value_t)] {
        ((own.members ?? []) + others).compactMap { key, value in
            let isServers =
                key.hasPrefix("x-death") || key.hasPrefix("x-first-death")
                || key.hasPrefix("x-last-death") || key == "x-delivery-count"
            if isServers { return nil }
            guard let exact = exact[key] else { return (key, tables.value(value)) }
            return (key, tables.value(value, as: exact))
        }
    }
}

extension RawMessage {
    /// A message that was delivered, in parts.
    init(_ event: tq_amqp_event) {
        let (message, properties) = (event.message, event.message.properties)
        let contentType =
            properties.has(AMQP_BASIC_CONTENT_TYPE_FLAG)
            ? String(amqp: properties.content_type) : ""
        var headers = JSONWriter()
        if properties.has(AMQP_BASIC_HEADERS_FLAG) {
            headers.value(properties.headers)
        } else {
            headers.beginObject()
            headers.endObject()
        }
        var writer = JSONWriter()
        writer.beginObject()
        if properties.has(AMQP_BASIC_CORRELATION_ID_FLAG) {
            writer.key("correlation_id")
            writer.value(String(amqp: properties.correlation_id))
        }
        if properties.has(AMQP_BASIC_REPLY_TO_FLAG) {
            writer.key("reply_to")
            writer.value(String(amqp: properties.reply_to))
        }
        if properties.has(AMQP_BASIC_DELIVERY_MODE_FLAG) {
            writer.key("delivery_mode")
            writer.value(Int(properties.delivery_mode))
        }
        if properties.has(AMQP_BASIC_PRIORITY_FLAG) {
            writer.key("priority")
            writer.value(Int(properties.priority))
        }
        writer.key("delivery_info")
        writer.beginObject()
        writer.key("exchange")
        writer.value(String(amqp: event.exchange))
        writer.key("routing_key")
        writer.value(String(amqp: event.key))
        writer.endObject()
        if let remains = AMQPRemains.json(properties, contentType: contentType) {
            writer.key(AMQPRemains.name)
            writer.value(remains)
        }
        writer.endObject()
        let (head, rest) = (JSONText(wellFormed: headers.bytes), JSONText(wellFormed: writer.bytes))
        // One that was put back for a time was published anew.
        let isMarked = event.is_redelivered || head[key: "redelivered"]?.boolean == true
        self = .parts(
            headers: event.is_redelivered ? Redelivery.headers(head).bytes : head.bytes,
            properties: isMarked ? Redelivery.properties(rest).bytes : rest.bytes,
            body: [UInt8](amqp: message.body),
            contentType: contentType
        )
    }
}
