internal import CRabbitMQ
internal import TaskQueue

/// How many workers were lost with a message.
///
/// RabbitMQ says of a classic queue's message whether it was delivered before, and not how often; of a quorum
/// queue's how often it came back, whatever for. Neither says whether a worker had begun it, or has put it back. So
/// what was delivered before is no more than counted: before it is run, a copy with the count stands in for it
/// (``Holding``), and when that comes back, the worker did not. From then on it is under suspicion.
struct LossCount {
    /// In the header: none is counted, but the task may still run where it was delivered before.
    static let doubtful = -1

    let losses: Int
    let comesAgain: Bool
    /// Whether the last loss is its own, and one too many.
    let isPoison: Bool

    init(_ event: tq_amqp_event) {
        var (counted, isBack, cameBack) = (0, false, event.is_redelivered)
        let properties = event.message.properties
        if properties._flags & amqp_flags_t(UInt32(bitPattern: AMQP_BASIC_HEADERS_FLAG)) != 0 {
            for index in 0..<Int(properties.headers.num_entries) {
                let entry = properties.headers.entries[index]
                if entry.key.equals("tq_losses") {
                    counted = entry.value.count
                } else if entry.key.equals("x-delivery-count") {
                    cameBack = cameBack || entry.value.count > 0
                } else if entry.key.equals("x-death") {
                    isBack = entry.value.namesHeldCopy
                }
            }
        }
        if counted == Self.doubtful { cameBack = true }
        // Any client may write the header.
        counted = min(max(counted, 0), Lease.mostLosses - 1)
        losses = isBack ? counted + 1 : counted
        comesAgain = cameBack || losses > 0
        isPoison = isBack && losses >= Lease.mostLosses
    }
}

extension amqp_bytes_t {
    fileprivate func equals(_ text: StaticString) -> Bool {
        len == text.utf8CodeUnitCount && hasPrefix(text)
    }

    fileprivate func hasPrefix(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard len >= count, let bytes else { return false }
        return UnsafeRawBufferPointer(start: bytes, count: count).elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: count)
        )
    }
}

extension amqp_field_value_t {
    /// A whole number; 0 if it is none.
    fileprivate var count: Int {
        switch amqp_field_value_kind_t(rawValue: UInt32(kind)) {
        case AMQP_FIELD_KIND_I8: Int(value.i8)
        case AMQP_FIELD_KIND_U8: Int(value.u8)
        case AMQP_FIELD_KIND_I16: Int(value.i16)
        case AMQP_FIELD_KIND_U16: Int(value.u16)
        case AMQP_FIELD_KIND_I32: Int(value.i32)
        case AMQP_FIELD_KIND_U32: Int(value.u32)
        case AMQP_FIELD_KIND_I64, AMQP_FIELD_KIND_U64: Int(value.i64)
        default: 0
        }
    }

    /// Whether an `x-death` says that the message came out of a queue of copies.
    fileprivate var namesHeldCopy: Bool {
        guard kind == UInt8(AMQP_FIELD_KIND_ARRAY.rawValue) else { return false }
        let array = value.array
        return (0..<Int(array.num_entries)).contains { index in
            let death = array.entries[index]
            guard death.kind == UInt8(AMQP_FIELD_KIND_TABLE.rawValue) else { return false }
            let table = death.value.table
            return (0..<Int(table.num_entries)).contains { position in
                let member = table.entries[position]
                return member.key.equals("queue") && member.value.holds("tq.held.")
            }
        }
    }

    private func holds(_ prefix: StaticString) -> Bool {
        switch amqp_field_value_kind_t(rawValue: UInt32(kind)) {
        case AMQP_FIELD_KIND_UTF8, AMQP_FIELD_KIND_BYTES: value.bytes.hasPrefix(prefix)
        default: false
        }
    }
}
