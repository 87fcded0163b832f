/// UUIDs as text.
package enum UUIDText {
    private static let digits = Array("0123456789abcdef".utf8)

    static func version7(clock: UInt64, node: UInt64) -> String {
        write(high: (clock >> 12) << 16 | 0x7000 | clock & 0xFFF, low: node)
    }

    /// A UUID of version 4.
    package static func random() -> String {
        var random = SystemRandomNumberGenerator()
        return write(
            high: random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    static func hex(_ value: UInt64, digits count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { buffer in
            for index in 0..<count {
                buffer[index] = digits[Int(value >> UInt64((count - 1 - index) * 4) & 15)]
            }
            return count
        }
    }

    private static func write(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = index < 16 ? high : low
                buffer[position] = digits[Int(half >> UInt64((15 - index & 15) * 4) & 15)]
                position += 1
            }
            return 36
        }
    }

    /// The 128 bits of a UUID in lower case with its four hyphens; `nil` for any other text.
    static func parse(_ text: String) -> (high: UInt64, low: UInt64)? {
        guard text.utf8.count == 36 else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for (index, byte) in text.utf8.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = JSONString.hexValue(byte), byte > UInt8(ascii: "Z") || digit < 10
            else { return nil }
            if index < 18 {
                halves.high = halves.high << 4 | UInt64(digit)
            } else {
                halves.low = halves.low << 4 | UInt64(digit)
            }
        }
        return halves
    }
}
