/// Well-formedness of UTF-8, by Table 3-7 of the Unicode Standard.
package enum UTF8Check {
    /// How many bytes at the beginning are well formed: all of them, if it is a text.
    package static func validCount(of bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                if bytes[position] < 0x80 {
                    position += 1
                } else if let next = try? afterSequence(in: bytes, at: position) {
                    position = next
                } else {
                    break
                }
            }
            return position
        }
    }

    /// Where the multi-byte sequence that begins at `start` ends.
    ///
    /// - Throws: ``JSONError`` if it is overlong, a surrogate, above U+10FFFF or cut short.
    static func afterSequence(
        in bytes: UnsafeBufferPointer<UInt8>,
        at start: Int
    ) throws(JSONError) -> Int {
        let lead = bytes[start]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONError("the text is not UTF-8", at: start)
        }
        guard start + length <= bytes.count, second.contains(bytes[start + 1]),
            bytes[start + 2..<max(start + length, start + 2)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw JSONError("the text is not UTF-8", at: start) }
        return start + length
    }
}
