internal import CRabbitMQ

/// Why a server has taken a message off its queue, as the header `x-death` says, whose first entry is the last death.
enum ServerDeath {
    /// A sentence for people; `nil`: the server says nothing of that.
    static func reason(_ properties: amqp_basic_properties_t) -> String? {
        guard properties.has(AMQP_BASIC_HEADERS_FLAG) else { return nil }
        let headers = members(properties.headers)
        guard let deaths = headers["x-death"], deaths.kind == UInt8(AMQP_FIELD_KIND_ARRAY.rawValue),
            deaths.value.array.num_entries > 0
        else { return nil }
        let last = deaths.value.array.entries[0]
        guard last.kind == UInt8(AMQP_FIELD_KIND_TABLE.rawValue) else { return nil }
        let death = members(last.value.table)
        let queue = text(death["queue"]).map { " in the queue \($0)" } ?? ""
        return "RabbitMQ has put it here: \(words(text(death["reason"]) ?? ""))\(queue)"
    }

    private static func words(_ reason: String) -> String {
        switch reason {
        case "expired": "its time was over"
        case "maxlen": "there was no room for it"
        case "delivery_limit": "it came back too often"
        default: "it was rejected"
        }
    }

    private static func members(_ table: amqp_table_t) -> [String: amqp_field_value_t] {
        var members: [String: amqp_field_value_t] = [:]
        for index in 0..<Int(table.num_entries) {
            let entry = table.entries[index]
            members[String(amqp: entry.key)] = entry.value
        }
        return members
    }

    private static func text(_ field: amqp_field_value_t?) -> String? {
        guard let field, field.kind == UInt8(AMQP_FIELD_KIND_UTF8.rawValue) else { return nil }
        return String(amqp: field.value.bytes)
    }
}
