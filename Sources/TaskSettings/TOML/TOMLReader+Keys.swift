internal import TaskQueue

extension TOMLReader {
    /// A key, `a."b c".d`, and the `=` behind it.
    mutating func readKeyAndEquals() throws(TOMLError) -> [TOMLKey] {
        let path = try readKey()
        guard take("=") else { throw error("expected \"=\" after the key") }
        skipBlanks()
        return path
    }

    /// The parts of a dotted key, one at least, and the blanks behind it.
    mutating func readKey() throws(TOMLError) -> [TOMLKey] {
        var path: [TOMLKey] = []
        repeat {
            skipBlanks()
            guard path.count < Self.deepest else { throw error("the key has too many parts") }
            path.append(try readKeyPart())
            skipBlanks()
        } while take(".")
        return path
    }

    private mutating func readKeyPart() throws(TOMLError) -> TOMLKey {
        let (line, column) = (line, column())
        let text =
            switch peek() {
            case UInt8(ascii: "\""): try readBasicString()
            case UInt8(ascii: "'"): try readLiteralString()
            default: try readBareKey()
            }
        return TOMLKey(text: text, line: line, column: column)
    }

    private mutating func readBareKey() throws(TOMLError) -> String {
        let start = position
        while let byte = peek(), Self.isBareKeyByte(byte) {
            position += 1
        }
        guard position > start else {
            throw error("expected a key: letters, digits, _ and -, or a text in quotes")
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    static func isBareKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
