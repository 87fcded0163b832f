internal import Glibc

/// Strings between JSON's spelling and Swift's.
package enum JSONString {
    static func hexValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The text that a JSON string spells.
    ///
    /// - Parameter spelling: what stands between the quotation marks; checked by ``JSONReader``.
    /// - Returns: the text, with every escape undone.
    /// - Throws: ``JSONError`` for half a surrogate pair, which JSON can spell and no text can hold.
    package static func decode(_ spelling: some Collection<UInt8>) throws(JSONError) -> String {
        guard spelling.contains(UInt8(ascii: "\\")) else {
            return String(decoding: spelling, as: UTF8.self)
        }
        var text: [UInt8] = []
        text.reserveCapacity(spelling.count)
        var rest = spelling[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                text.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): text += Character(try scalar(&rest, of: spelling)).utf8
            default: text.append(escape)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether anything in a JSON string is spelt otherwise than it is.
    static func hasEscapes(_ spelling: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let base = spelling.base.baseAddress else { return false }
        return memchr(base + spelling.startIndex, Int32(UInt8(ascii: "\\")), spelling.count) != nil
    }

    /// Whether a JSON string is that text.
    ///
    /// - Parameters:
    ///   - spelling: what stands between the quotation marks; checked by ``JSONReader``.
    ///   - text: in UTF-8, at least one byte.
    /// - Returns: without building the text, unless there is an escape in it.
    static func spells(
        _ spelling: UnsafeBufferPointer<UInt8>,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        // An escape is longer than what it stands for, so that equal length means no escapes.
        if spelling.count == text.count {
            guard let left = spelling.baseAddress, let right = text.baseAddress else { return true }
            return memcmp(left, right, text.count) == 0
        }
        guard spelling.count > text.count, spelling.contains(UInt8(ascii: "\\")) else {
            return false
        }
        return (try? decode(spelling))?.utf8.elementsEqual(text) ?? false
    }

    /// The scalar whose four digits, or two times four, come next.
    private static func scalar<Spelling: Collection<UInt8>>(
        _ rest: inout Spelling.SubSequence,
        of spelling: Spelling
    ) throws(JSONError) -> Unicode.Scalar {
        let offset = spelling.distance(from: spelling.startIndex, to: rest.startIndex)
        let high = codeUnit(&rest)
        if let scalar = Unicode.Scalar(high) { return scalar }
        let follows = Array(rest.prefix(2)) == Array("\\u".utf8)
        if UTF16.isLeadSurrogate(high), follows {
            rest = rest.dropFirst(2)
            let low = codeUnit(&rest)
            if UTF16.isTrailSurrogate(low) {
                let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
                if let scalar = Unicode.Scalar(value) { return scalar }
            }
        }
        throw JSONError("a string holds half a surrogate pair", at: offset)
    }

    private static func codeUnit<Rest: Collection<UInt8>>(_ rest: inout Rest) -> UInt16
    where Rest.SubSequence == Rest {
        let value = rest.prefix(4).reduce(UInt16(0)) { $0 << 4 | (hexValue($1) ?? 0) }
        rest = rest.dropFirst(4)
        return value
    }

    /// Appends the text as a JSON string, in UTF-8, escaping only what JSON demands.
    package static func append(_ text: some Collection<UInt8>, to json: inout [UInt8]) {
        let written: Void? = text.withContiguousStorageIfAvailable { append($0, to: &json) }
        if written == nil { Array(text).withUnsafeBufferPointer { append($0, to: &json) } }
    }

    static func append(_ text: String, to json: inout [UInt8]) {
        var text = text
        text.withUTF8 { append($0, to: &json) }
    }

    private static func append(_ text: UnsafeBufferPointer<UInt8>, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        if isPlain(text) {
            json.append(contentsOf: text)
            json.append(UInt8(ascii: "\""))
            return
        }
        var start = 0
        for index in text.indices where needsEscape(text[index]) {
            json.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            appendEscape(text[index], to: &json)
            start = index + 1
        }
        json.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
        json.append(UInt8(ascii: "\""))
    }

    /// Whether no byte needs an escape; looks at eight at a time.
    private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let bytes = UnsafeRawBufferPointer(text)
        let ones: UInt64 = 0x0101_0101_0101_0101
        var found: UInt64 = 0
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quotes = word ^ ones * UInt64(UInt8(ascii: "\""))
            let backslashes = word ^ ones * UInt64(UInt8(ascii: "\\"))
            // Subtracting from each byte sets its top bit where it was less, and nowhere else if
            // it was less nowhere.
            found |= (word &- ones * 0x20) & ~word
            found |= (quotes &- ones) & ~quotes
            found |= (backslashes &- ones) & ~backslashes
            offset += 8
        }
        return found & ones << 7 == 0 && !text[offset...].contains(where: needsEscape)
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(_ byte: UInt8, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: json.append(UInt8(ascii: "n"))
        case 0x0D: json.append(UInt8(ascii: "r"))
        case 0x09: json.append(UInt8(ascii: "t"))
        case 0..<0x20:
            json.append(contentsOf: "u00".utf8)
            json.append(hexDigit(byte >> 4))
            json.append(hexDigit(byte & 15))
        default: json.append(byte)
        }
    }

    /// The digit, in lower case, of a value below 16.
    static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
