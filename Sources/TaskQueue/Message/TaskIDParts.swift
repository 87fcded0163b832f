/// The parts of an id that a ``TaskIDSource`` made.
package struct TaskIDParts: Equatable, Sendable {
    /// Names the source.
    package let node: UInt64
    /// Grows with each id of the source: milliseconds since the epoch times 4096, and a counter.
    package let clock: UInt64

    /// - Returns: `nil` if the id is not a UUID of version 7 in lower case.
    package init?(_ id: TaskID) {
        guard let value = UUIDText.parse(id.text), value.high >> 12 & 15 == 7, value.low >> 62 == 2
        else { return nil }
        node = value.low
        clock = (value.high >> 16) << 12 | value.high & 0xFFF
    }

    /// Hours since the epoch in which the id was made: ids sent are recorded by the hour.
    package var bucket: UInt64 { (clock >> 12) / 3_600_000 }

    /// The source as text for a key.
    package var nodeText: String { UUIDText.hex(node, digits: 16) }

    /// The clock as text that sorts as it grows.
    package var clockText: String { UUIDText.hex(clock, digits: 15) }
}
