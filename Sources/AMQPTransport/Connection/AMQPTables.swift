internal import CRabbitMQ
internal import TaskQueue

/// JSON as AMQP's tables, in memory that lasts as long as this does (`celery-wire`, section 10.3).
final class AMQPTables {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit {
        for block in blocks { block.deallocate() }
    }

    /// A copy of bytes.
    func bytes(_ data: some Collection<UInt8>) -> amqp_bytes_t {
        let count = data.count
        guard count > 0 else { return amqp_bytes_t(len: 0, bytes: nil) }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        block.copyBytes(from: data)
        guard let start = block.baseAddress else { return amqp_bytes_t(len: 0, bytes: nil) }
        blocks.append(start)
        return amqp_bytes_t(len: count, bytes: start)
    }

    func text(_ text: some StringProtocol) -> amqp_bytes_t { bytes(text.utf8) }

    /// A table of pairs.
    func table(_ members: [(key: String, value: amqp_field_value_t)]) -> amqp_table_t {
        guard !members.isEmpty else { return amqp_table_t(num_entries: 0, entries: nil) }
        let entries = UnsafeMutablePointer<amqp_table_entry_t>.allocate(capacity: members.count)
        blocks.append(UnsafeMutableRawPointer(entries))
        for (index, member) in members.enumerated() {
            (entries + index).initialize(
                to: amqp_table_entry_t(key: text(member.key), value: member.value)
            )
        }
        return amqp_table_t(num_entries: Int32(members.count), entries: entries)
    }

    /// A JSON object; an empty table if it is something else.
    func table(_ object: JSONText) -> amqp_table_t {
        table((object.members ?? []).map { ($0.key, value($0.value)) })
    }

    func value(_ number: Int) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        if let small = Int32(exactly: number) {
            value.kind = UInt8(AMQP_FIELD_KIND_I32.rawValue)
            value.value.i32 = small
        } else {
            value.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
            value.value.i64 = Int64(number)
        }
        return value
    }

    func value(_ text: String) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
        value.value.bytes = self.text(text)
        return value
    }

    func value(_ json: JSONText) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        switch json.kind {
        case .null: value.kind = UInt8(AMQP_FIELD_KIND_VOID.rawValue)
        case .boolean:
            value.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
            value.value.boolean = json.boolean == true ? 1 : 0
        case .number:
            if let number = json.integer { return self.value(number) }
            // What no number of AMQP can be is its text: infinity above all, at which RabbitMQ closes the connection.
            guard let number = json.double, number.isFinite,
                number.magnitude < 0x1p63 || json.isFraction
            else { return self.value(json.text) }
            value.kind = UInt8(AMQP_FIELD_KIND_F64.rawValue)
            value.value.f64 = number
        case .string: return self.value(json.string ?? "")
        case .array:
            return self.value((json.elements ?? []).map { self.value($0) })
        case .object:
            value.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
            value.value.table = table(json)
        }
        return value
    }

    func value(_ elements: [amqp_field_value_t]) -> amqp_field_value_t {
        var value = amqp_field_value_t()
        value.kind = UInt8(AMQP_FIELD_KIND_ARRAY.rawValue)
        value.value.array = array(elements)
        return value
    }

    private func array(_ elements: [amqp_field_value_t]) -> amqp_array_t {
        guard !elements.isEmpty else { return amqp_array_t(num_entries: 0, entries: nil) }
        let entries = UnsafeMutablePointer<amqp_field_value_t>.allocate(capacity: elements.count)
        blocks.append(UnsafeMutableRawPointer(entries))
        for (index, element) in elements.enumerated() { (entries + index).initialize(to: element) }
        return amqp_array_t(num_entries: Int32(elements.count), entries: entries)
    }
}

extension JSONText {
    /// Whether a number has a point or an exponent.
    fileprivate var isFraction: Bool {
        bytes.contains { [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains($0) }
    }
}

// MARK: - Reading

extension JSONWriter {
    /// A table as an object.
    mutating func value(_ table: amqp_table_t) {
        beginObject()
        for index in 0..<Int(table.num_entries) {
            let entry = table.entries[index]
            key(String(amqp: entry.key))
            value(entry.value)
        }
        endObject()
    }

    /// Types that JSON lacks become the nearest that it has: times in ISO 8601, bytes text.
    mutating func value(_ field: amqp_field_value_t) {
        switch amqp_field_value_kind_t(rawValue: UInt32(field.kind)) {
        case AMQP_FIELD_KIND_BOOLEAN: value(field.value.boolean != 0)
        case AMQP_FIELD_KIND_I8: value(Int(field.value.i8))
        case AMQP_FIELD_KIND_U8: value(Int(field.value.u8))
        case AMQP_FIELD_KIND_I16: value(Int(field.value.i16))
        case AMQP_FIELD_KIND_U16: value(Int(field.value.u16))
        case AMQP_FIELD_KIND_I32: value(Int(field.value.i32))
        case AMQP_FIELD_KIND_U32: value(Int(field.value.u32))
        // Python and RabbitMQ write and read both as signed.
        case AMQP_FIELD_KIND_I64, AMQP_FIELD_KIND_U64: value(Int(field.value.i64))
        case AMQP_FIELD_KIND_F32: finite(Double(field.value.f32))
        case AMQP_FIELD_KIND_F64: finite(field.value.f64)
        case AMQP_FIELD_KIND_TIMESTAMP: time(field.value.u64)
        case AMQP_FIELD_KIND_UTF8, AMQP_FIELD_KIND_BYTES: value(String(amqp: field.value.bytes))
        case AMQP_FIELD_KIND_TABLE: value(field.value.table)
        case AMQP_FIELD_KIND_ARRAY:
            beginArray()
            for index in 0..<Int(field.value.array.num_entries) {
                value(field.value.array.entries[index])
            }
            endArray()
        default: null()
        }
    }

    private mutating func finite(_ number: Double) {
        if number.isFinite { value(number) } else { null() }
    }

    /// In seconds since 1970.
    private mutating func time(_ seconds: UInt64) {
        guard seconds < 253_402_300_800 else { return null() }
        value(Timestamp(wholeSeconds: Int(seconds)).iso8601)
    }
}

extension String {
    init(amqp bytes: amqp_bytes_t) {
        self.init(
            decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len),
            as: UTF8.self
        )
    }
}

extension Array where Element == UInt8 {
    init(amqp bytes: amqp_bytes_t) {
        self.init(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
    }
}
