/// Writes numbers of fixed width into a buffer that is large enough; the caller knows how much it
/// writes.
struct DigitWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    /// Bytes written so far.
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    /// Writes a number that is not negative, with zeros before it, cut to its last `digits`.
    mutating func write(_ number: Int, digits: Int) {
        var rest = number
        for index in stride(from: count + digits - 1, through: count, by: -1) {
            buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
        count += digits
    }

    mutating func write(_ text: StaticString) {
        text.withUTF8Buffer { utf8 in
            for byte in utf8 {
                buffer[count] = byte
                count += 1
            }
        }
    }
}
