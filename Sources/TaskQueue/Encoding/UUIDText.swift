/// UUIDs as text.
package enum UUIDText {
    private static let digits = Array("0123456789abcdef".utf8)

    static func version7(clock: UInt64, node: UInt64) -> String {
        write(high: (clock >> 12) << 16 | 0x7000 | clock & 0xFFF, low: node)
    }

    /// A UUID of version 5 (RFC 9562): the same name has the same in a namespace, which is a UUID in lower
    /// case.
    package static func version5(namespace: String, name: String) -> String {
        let space = parse(namespace) ?? (0, 0)
        let bytes = [space.high, space.low].flatMap { half in
            (0..<8).map { UInt8(half >> (56 - 8 * $0) & 0xFF) }
        }
        let digest = SHA1.digest(bytes + Array(name.utf8))
        return write(
            high: SHA1.number(digest[..<8]) & 0xFFFF_FFFF_FFFF_0FFF | 0x5000,
            low: SHA1.number(digest[8..<16]) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    /// A UUID of version 4.
    package static func random() -> String {
        var random = SystemRandomNumberGenerator()
        return write(
            high: random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        )
    }

    package static func hex(_ value: UInt64, digits count: Int) -> String {
        String(unsafeUninitializedCapacity: count) { buffer in
            for index in 0..<count {
                buffer[index] = digits[Int(value >> UInt64((count - 1 - index) * 4) & 15)]
            }
            return count
        }
    }

    private static func write(high: UInt64, low: UInt64) -> String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            let text = UnsafeMutableRawBufferPointer(buffer)
            let node = spread(UInt32(truncatingIfNeeded: low >> 32))
            let time = spread(UInt32(truncatingIfNeeded: high))
            text.storeBytes(of: spread(UInt32(truncatingIfNeeded: high >> 32)), as: UInt64.self)
            text.storeBytes(of: UInt32(truncatingIfNeeded: time), toByteOffset: 9, as: UInt32.self)
            text.storeBytes(
                of: UInt32(truncatingIfNeeded: time >> 32),
                toByteOffset: 14,
                as: UInt32.self
            )
            text.storeBytes(of: UInt32(truncatingIfNeeded: node), toByteOffset: 19, as: UInt32.self)
            text.storeBytes(
                of: UInt32(truncatingIfNeeded: node >> 32),
                toByteOffset: 24,
                as: UInt32.self
            )
            text.storeBytes(
                of: spread(UInt32(truncatingIfNeeded: low)),
                toByteOffset: 28,
                as: UInt64.self
            )
            for hyphen in [8, 13, 18, 23] { buffer[hyphen] = UInt8(ascii: "-") }
            return 36
        }
    }

    /// The eight digits of a number, the first in the lowest byte, all worked out at once.
    private static func spread(_ number: UInt32) -> UInt64 {
        var digits = UInt64(number)
        digits = (digits << 16 | digits) & 0x0000_FFFF_0000_FFFF
        digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
        digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
        let isLetter = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        let letters = isLetter * UInt64(UInt8(ascii: "a") - UInt8(ascii: "0") - 10)
        return (digits + 0x3030_3030_3030_3030 + letters).bigEndian
    }

    /// The text in lower case, with its hyphens, of 32 digits with any hyphens between them; `nil` for any
    /// other text.
    static func normalized(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, digits.allSatisfy({ JSONString.hexValue($0) != nil }) else {
            return nil
        }
        let halves = [digits[..<16], digits[16...]].compactMap {
            UInt64(String(decoding: $0, as: UTF8.self), radix: 16)
        }
        return write(high: halves[0], low: halves[1])
    }

    /// The 128 bits of a UUID in lower case with its four hyphens; `nil` for any other text.
    static func parse(_ text: String) -> (high: UInt64, low: UInt64)? {
        var text = text
        return text.withUTF8 { bytes -> (high: UInt64, low: UInt64)? in
            let hyphen = UInt8(ascii: "-")
            guard bytes.count == 36, bytes[8] == hyphen, bytes[13] == hyphen, bytes[18] == hyphen,
                bytes[23] == hyphen
            else { return nil }
            let raw = UnsafeRawBufferPointer(bytes)
            func digits(_ offset: Int) -> UInt64 {
                UInt64(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            guard let first = number(digits(0) | digits(4) << 32),
                let second = number(digits(9) | digits(14) << 32),
                let third = number(digits(19) | digits(24) << 32),
                let fourth = number(digits(28) | digits(32) << 32)
            else { return nil }
            return (first << 32 | second, third << 32 | fourth)
        }
    }

    /// The number that eight digits spell, the first in the lowest byte; `nil` if one is not a digit.
    private static func number(_ text: UInt64) -> UInt64? {
        let isLetter = text >> 6 & 0x0101_0101_0101_0101
        var number = ((text & 0x0F0F_0F0F_0F0F_0F0F) &+ isLetter &* 9).byteSwapped
        number = (number >> 4 | number) & 0x00FF_00FF_00FF_00FF
        number = (number >> 8 | number) & 0x0000_FFFF_0000_FFFF
        number = (number >> 16 | number) & 0xFFFF_FFFF
        return spread(UInt32(number)) == text ? number : nil
    }
}
