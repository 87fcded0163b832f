internal import Synchronization
internal import TaskQueue

/// A delayed task as a member of its queue's delayed set: the digit of its priority step, and the envelope
/// with one more field before all others.
///
///     0{"tq_order":"000645f3a2b1c0d4","body":…}
///
/// Members of one score are sorted by their bytes: so tasks that are due at one instant come in the order in
/// which they were put there. The field is taken off when the task is put on its list, which then has the
/// bytes that were sent. Members without it, of an earlier version, are as good.
struct DelayedMember {
    private let first: UInt8
    private let order = Self.nextOrder()

    /// The next in order.
    ///
    /// - Parameters:
    ///   - step: of the task's priority.
    ///   - losses: of the task, which is under suspicion with one: see ``SuspectMember``.
    init(step: Int, losses: Int = 0) {
        first = SuspectMember.byte(step: step, losses: losses)
    }

    func bytes(_ envelope: [UInt8]) -> [UInt8] {
        guard envelope.first == UInt8(ascii: "{") else { return [first] + envelope }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(envelope.count + 32)
        bytes.append(first)
        bytes.append(contentsOf: Self.field)
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: order >> UInt64(shift) & 15)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: envelope[1...])
        return bytes
    }

    private static let field = Array(#"{"tq_order":""#.utf8)

    /// Microseconds since the epoch, but for each call in this process more than before.
    private static func nextOrder() -> UInt64 {
        let now = UInt64(max(Timestamp.now().microseconds, 0))
        return lastOrder.withLock { last in
            last = max(last + 1, now)
            return last
        }
    }

    private static let lastOrder = Mutex<UInt64>(0)
}
