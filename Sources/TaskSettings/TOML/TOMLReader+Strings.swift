internal import TaskQueue

extension TOMLReader {
    /// A string of any of the four sorts; `position` is at its first quote.
    mutating func readString() throws(TOMLError) -> String {
        if take("\"\"\"") { return try readMultiLineString(quote: UInt8(ascii: "\"")) }
        if take("'''") { return try readMultiLineString(quote: UInt8(ascii: "'")) }
        return peek() == UInt8(ascii: "'") ? try readLiteralString() : try readBasicString()
    }

    /// `"text"` with escapes, on one line.
    mutating func readBasicString() throws(TOMLError) -> String {
        position += 1
        var text: [UInt8] = []
        while !take("\"") {
            if take("\\") {
                try readEscape(into: &text)
            } else {
                try readCharacter(into: &text)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `'text'` as it stands, on one line.
    mutating func readLiteralString() throws(TOMLError) -> String {
        position += 1
        var text: [UInt8] = []
        while !take("'") {
            try readCharacter(into: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The rest of `"""text"""` or `'''text'''`; line ends come out as line feeds.
    private mutating func readMultiLineString(quote: UInt8) throws(TOMLError) -> String {
        var text: [UInt8] = []
        _ = takeNewline()
        while true {
            if takeNewline() {
                text.append(UInt8(ascii: "\n"))
            } else if peek() == quote {
                if readClosingQuotes(quote, into: &text) { break }
            } else if quote == UInt8(ascii: "\""), take("\\") {
                if try !skipLineContinuation() { try readEscape(into: &text) }
            } else {
                try readCharacter(into: &text)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Takes the quotes at `position`: three end the string, and up to two before those belong to
    /// it.
    private mutating func readClosingQuotes(_ quote: UInt8, into text: inout [UInt8]) -> Bool {
        var count = 0
        while count < 5, peek() == quote {
            count += 1
            position += 1
        }
        let closes = count >= 3
        text.append(contentsOf: repeatElement(quote, count: closes ? count - 3 : count))
        return closes
    }

    /// After a backslash at a line's end: the blanks and line ends up to the next character.
    private mutating func skipLineContinuation() throws(TOMLError) -> Bool {
        let start = position
        skipBlanks()
        guard takeNewline() else {
            position = start
            return false
        }
        repeat { skipBlanks() } while takeNewline()
        return true
    }

    /// One byte of a string, not the closing quote.
    private mutating func readCharacter(into text: inout [UInt8]) throws(TOMLError) {
        guard let byte = peek() else { throw error("the string is not closed") }
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            throw error("the string is not closed on its line")
        }
        try refuseControlCharacter(byte)
        text.append(byte)
        position += 1
    }

    /// What stands behind a backslash.
    private mutating func readEscape(into text: inout [UInt8]) throws(TOMLError) {
        guard let byte = peek() else { throw error("the string is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        case UInt8(ascii: "u"): try readScalar(digits: 4, into: &text)
        case UInt8(ascii: "U"): try readScalar(digits: 8, into: &text)
        default:
            position -= 1
            throw error("unknown escape: use \\\\ for a backslash, or a string in single quotes")
        }
    }

    private mutating func readScalar(digits: Int, into text: inout [UInt8]) throws(TOMLError) {
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = peek(), let digit = Self.hexadecimalDigit(byte) else {
                throw error("expected \(digits) hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw error("this is not a Unicode character")
        }
        text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }

    static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
