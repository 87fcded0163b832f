/// JSON on a line of its own: what streams of commands, logs and `--json` are made of.
///
/// Readers do not agree on what ends a line. Besides the newline and the carriage return, Python's
/// `splitlines()` and Node's `readline` end one at U+0085, U+2028 and U+2029, which JSON allows in
/// its strings. So a line has no such white space between the parts of its JSON, and characters in its
/// strings that end a line are escaped. So are those that would make a terminal do or show something else:
/// U+007F to U+009F and the controls of text that runs both ways. Numbers keep their digits.
package enum JSONLine {
    /// One JSON value as a line, with its newline at the end.
    ///
    /// Kept as it is where nothing in it can end a line, as in nearly all messages: found out eight bytes
    /// at a time.
    package static func terminated(_ json: [UInt8]) -> [UInt8] {
        var line = isPlain(json) ? json : rewritten(json, keepsBlanks: true)
        line.append(0x0A)
        return line
    }

    /// One JSON value without white space between its parts, safe to stand on a line.
    package static func compact(_ json: [UInt8]) -> [UInt8] {
        rewritten(json, keepsBlanks: false)
    }

    private static func rewritten(_ json: [UInt8], keepsBlanks: Bool) -> [UInt8] {
        var writer = LineWriter(capacity: json.count, keepsBlanks: keepsBlanks)
        json.withUnsafeBufferPointer { writer.write($0) }
        return writer.line
    }

    /// Whether no byte is below U+0020, is U+007F, or begins one of the scalars that are escaped.
    ///
    /// A carry can only mark bytes above one that is marked rightly.
    private static func isPlain(_ json: [UInt8]) -> Bool {
        json.withUnsafeBytes { bytes in
            let ones: UInt64 = 0x0101_0101_0101_0101
            var found: UInt64 = 0
            var offset = 0
            while offset &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let delete = word ^ ones &* 0x7F
                // C2 and E2 differ in one bit.
                let lead = (word | ones &* 0x20) ^ ones &* 0xE2
                let arabic = word ^ ones &* 0xD8
                found |= (word &- ones &* 0x20) & ~word
                found |= (delete &- ones) & ~delete
                found |= (lead &- ones) & ~lead
                found |= (arabic &- ones) & ~arabic
                offset &+= 8
            }
            return found & (ones &* 0x80) == 0
                && bytes[offset...].allSatisfy {
                    $0 >= 0x20 && $0 != 0x7F && $0 | 0x20 != 0xE2 && $0 != 0xD8
                }
        }
    }
}

/// Copies JSON as ``JSONLine`` wants it.
private struct LineWriter {
    private(set) var line: [UInt8] = []
    /// White space between parts up to this byte is left out: blanks end no line.
    private let lastSpace: UInt8

    init(capacity: Int, keepsBlanks: Bool) {
        line.reserveCapacity(capacity + 1)
        lastSpace = keepsBlanks ? 0x1F : 0x20
    }

    mutating func write(_ json: UnsafeBufferPointer<UInt8>) {
        var isInString = false
        var index = 0
        // From here on nothing has been copied yet.
        var start = 0
        while index < json.count {
            let byte = json[index]
            let skipped = isInString ? Self.escapedLength(json, index) : byte <= lastSpace ? 1 : 0
            if skipped > 0 {
                line.append(contentsOf: UnsafeBufferPointer(rebasing: json[start..<index]))
                if isInString { escape(json, index, skipped) }
                index += skipped
                start = index
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            // What follows a backslash ends no string.
            index += isInString && byte == UInt8(ascii: "\\") ? 2 : 1
        }
        line.append(contentsOf: UnsafeBufferPointer(rebasing: json[start...]))
    }

    /// How many bytes the scalar has that begins at `index`; 0 if it stays as it is.
    private static func escapedLength(_ json: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        func byte(_ offset: Int) -> UInt8 {
            index + offset < json.count ? json[index + offset] : 0
        }
        switch byte(0) {
        case 0x7F: return 1
        case 0xC2: return (0x80...0x9F).contains(byte(1)) ? 2 : 0
        // U+061C.
        case 0xD8: return byte(1) == 0x9C ? 2 : 0
        // U+200E, U+200F, U+2028 to U+202E.
        case 0xE2 where byte(1) == 0x80:
            return (0x8E...0x8F).contains(byte(2)) || (0xA8...0xAE).contains(byte(2)) ? 3 : 0
        // U+2066 to U+2069.
        case 0xE2 where byte(1) == 0x81: return (0xA6...0xA9).contains(byte(2)) ? 3 : 0
        default: return 0
        }
    }

    /// Writes the scalar that begins at `index` and has so many bytes as `\u` and four digits.
    private mutating func escape(
        _ json: UnsafeBufferPointer<UInt8>,
        _ index: Int,
        _ length: Int
    ) {
        var scalar = UInt16(json[index]) & (length == 1 ? 0x7F : length == 2 ? 0x1F : 0x0F)
        for offset in 1..<max(length, 1) {
            scalar = scalar << 6 | UInt16(json[index + offset] & 0x3F)
        }
        line.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] {
            line.append(
                JSONString.hexDigit(UInt8(truncatingIfNeeded: scalar >> UInt16(shift) & 15))
            )
        }
    }
}

extension JSONWriter {
    /// What was written as a line, with its newline: see ``JSONLine``.
    package var line: [UInt8] { JSONLine.terminated(bytes) }
}

extension JSONText {
    /// The same value without white space between its parts, safe to stand on a line.
    package var compact: JSONText { JSONText(wellFormed: JSONLine.compact(bytes)) }
}
