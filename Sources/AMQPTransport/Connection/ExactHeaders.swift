internal import CRabbitMQ
internal import TaskQueue

/// Headers that are more than JSON can say, written so that the same can be published again.
///
/// Objects with one member stand for what JSON lacks: `{"T": seconds}` for a time, `{"D": [decimals, digits]}` for a
/// decimal number, `{"x": base64}` for bytes, `{"S": base64}` for a text that is not UTF-8, and `{"F": {…}}` for a table:
/// the letters are those of AMQP.
enum ExactHeaders {
    /// The members of a table that are more than JSON.
    static func json(_ table: amqp_table_t) -> JSONText? {
        var writer: JSONWriter?
        for index in 0..<Int(table.num_entries) {
            let entry = table.entries[index]
            guard entry.value.isBeyondJSON else { continue }
            if writer == nil {
                writer = JSONWriter()
                writer?.beginObject()
            }
            writer?.key(String(amqp: entry.key))
            writer?.exact(entry.value)
        }
        writer?.endObject()
        return writer.map { JSONText(wellFormed: $0.bytes) }
    }
}

extension amqp_field_value_t {
    fileprivate var isBeyondJSON: Bool {
        switch amqp_field_value_kind_t(rawValue: UInt32(kind)) {
        case AMQP_FIELD_KIND_TIMESTAMP, AMQP_FIELD_KIND_DECIMAL, AMQP_FIELD_KIND_BYTES: true
        case AMQP_FIELD_KIND_UTF8: !value.bytes.isUTF8
        case AMQP_FIELD_KIND_TABLE:
            (0..<Int(value.table.num_entries)).contains {
                value.table.entries[$0].value.isBeyondJSON
            }
        case AMQP_FIELD_KIND_ARRAY:
            (0..<Int(value.array.num_entries)).contains { value.array.entries[$0].isBeyondJSON }
        default: false
        }
    }
}

extension amqp_bytes_t {
    fileprivate var isUTF8: Bool {
        let bytes = UnsafeRawBufferPointer(start: self.bytes, count: len)
        guard bytes.contains(where: { $0 >= 0x80 }) else { return true }
        return UTF8Check.validCount(of: Array(bytes)) == len
    }
}

// MARK: - Writing

extension JSONWriter {
    fileprivate mutating func exact(_ field: amqp_field_value_t) {
        switch amqp_field_value_kind_t(rawValue: UInt32(field.kind)) {
        case AMQP_FIELD_KIND_TIMESTAMP:
            tagged("T") { $0.value(Int(truncatingIfNeeded: field.value.u64)) }
        case AMQP_FIELD_KIND_DECIMAL:
            tagged("D") {
                $0.beginArray()
                $0.value(Int(field.value.decimal.decimals))
                $0.value(Int(field.value.decimal.value))
                $0.endArray()
            }
        case AMQP_FIELD_KIND_BYTES: tagged("x") { $0.base64([UInt8](amqp: field.value.bytes)) }
        case AMQP_FIELD_KIND_UTF8 where !field.value.bytes.isUTF8:
            tagged("S") { $0.base64([UInt8](amqp: field.value.bytes)) }
        case AMQP_FIELD_KIND_TABLE:
            tagged("F") { writer in
                writer.beginObject()
                for index in 0..<Int(field.value.table.num_entries) {
                    let entry = field.value.table.entries[index]
                    writer.key(String(amqp: entry.key))
                    writer.exact(entry.value)
                }
                writer.endObject()
            }
        case AMQP_FIELD_KIND_ARRAY:
            beginArray()
            for index in 0..<Int(field.value.array.num_entries) {
                exact(field.value.array.entries[index])
            }
            endArray()
        default: value(field)
        }
    }

    private mutating func tagged(_ letter: StaticString, _ body: (inout JSONWriter) -> Void) {
        beginObject()
        key(letter)
        body(&self)
        endObject()
    }
}

// MARK: - Reading

extension AMQPTables {
    /// What ``ExactHeaders`` has written.
    func exact(_ json: JSONText) -> amqp_field_value_t {
        if let elements = json.elements { return value(elements.map(exact)) }
        guard let (letter, content) = json.members?.first else { return value(json) }
        var value = amqp_field_value_t()
        switch letter {
        case "T":
            value.kind = UInt8(AMQP_FIELD_KIND_TIMESTAMP.rawValue)
            value.value.u64 = UInt64(truncatingIfNeeded: content.integer ?? 0)
        case "D":
            let parts = content.elements?.map { $0.integer ?? 0 } ?? []
            value.kind = UInt8(AMQP_FIELD_KIND_DECIMAL.rawValue)
            value.value.decimal = amqp_decimal_t(
                decimals: UInt8(truncatingIfNeeded: parts.first ?? 0),
                value: UInt32(truncatingIfNeeded: parts.last ?? 0)
            )
        case "x", "S":
            let kind = letter == "x" ? AMQP_FIELD_KIND_BYTES : AMQP_FIELD_KIND_UTF8
            value.kind = UInt8(kind.rawValue)
            value.value.bytes = bytes(Base64.decode((content.string ?? "").utf8) ?? [])
        default:
            value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
            value.value.table = table((content.members ?? []).map { ($0.key, exact($0.value)) })
        }
        return value
    }

    /// A header as it came, unless it was given another value since.
    func value(_ json: JSONText, as exact: JSONText) -> amqp_field_value_t {
        let field = self.exact(exact)
        var writer = JSONWriter()
        writer.value(field)
        return writer.bytes == json.bytes ? field : value(json)
    }
}
