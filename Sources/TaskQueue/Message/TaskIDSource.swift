/// Makes ids for tasks: UUIDs of version 7 (RFC 9562), each greater than the one before.
///
/// All ids of one source share their last 62 bits, drawn at random once, and count up in the first 60
/// (48 bits of milliseconds, 12 of a counter). So one record, `last 62 bits -> greatest first 60 bits`,
/// tells which ids a bulk of any size has sent: see ``TaskIDParts``.
package struct TaskIDSource {
    /// The 62 random bits, with the variant's two above them.
    private let node: UInt64
    /// Milliseconds since the epoch in the upper 52 bits, the counter in the lower 12.
    private var clock: UInt64 = 0

    package init() {
        var random = SystemRandomNumberGenerator()
        node = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// The next id.
    ///
    /// - Parameter now: the id's time; ids made within one millisecond count on from each other.
    /// - Returns: a UUID in lower case.
    package mutating func next(at now: Timestamp = .now()) -> TaskID {
        let time = UInt64(max(now.microseconds, 0) / 1000) << 12
        clock = max(clock + 1, time)
        return TaskID(UUIDText.version7(clock: clock, node: node))
    }
}
