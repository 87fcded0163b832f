internal import TaskQueue

extension TOMLReader {
    /// The value at `position`.
    mutating func readValue() throws(TOMLError) -> TOMLValue {
        let line = line
        let content: TOMLValue.Content =
            switch peek() {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): .string(try readString())
            case UInt8(ascii: "["):
                .array(try nested { reader throws(TOMLError) in try reader.readArray() })
            case UInt8(ascii: "{"):
                .table(try nested { reader throws(TOMLError) in try reader.readInlineTable() })
            default: try readScalar()
            }
        return TOMLValue(content: content, line: line)
    }

    private mutating func nested<Value>(
        _ read: (inout TOMLReader) throws(TOMLError) -> Value
    ) throws(TOMLError) -> Value {
        guard depth < Self.deepest else { throw error("arrays and tables are nested too deeply") }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    /// `[1, 2,]`, over any number of lines.
    private mutating func readArray() throws(TOMLError) -> [TOMLValue] {
        position += 1
        var values: [TOMLValue] = []
        while true {
            try skipBlanksAndLines()
            if take("]") { return values }
            values.append(try readValue())
            try skipBlanksAndLines()
            if take("]") { return values }
            guard take(",") else { throw error("expected \",\" or \"]\" in the array") }
        }
    }

    private mutating func skipBlanksAndLines() throws(TOMLError) {
        repeat {
            skipBlanks()
            try skipComment()
        } while takeNewline()
    }

    /// `{a = 1, b.c = 2}`, on one line, with no comma at its end.
    private mutating func readInlineTable() throws(TOMLError) -> TOMLTable {
        let table = TOMLTableBuilder(.defined, line: line)
        position += 1
        skipBlanks()
        if take("}") { return table.finished() }
        while true {
            let path = try readKeyAndEquals()
            try table.set(path, to: readValue(), section: 0)
            skipBlanks()
            if take("}") { return table.finished() }
            guard take(",") else {
                throw error("expected \",\" or \"}\" in the table, which has to stand on one line")
            }
        }
    }

    /// A number, a boolean, a date or a time: everything up to a blank, a comma, a bracket or a
    /// comment.
    private mutating func readScalar() throws(TOMLError) -> TOMLValue.Content {
        let token = scalarToken()
        guard let content = Self.scalar(bytes[token]) else {
            guard !token.isEmpty else { throw error("expected a value") }
            let text = String(decoding: bytes[token].prefix(40), as: UTF8.self)
            throw error("\"\(text)\" is not a value: a text needs quotes")
        }
        position = token.upperBound
        return content
    }

    private func scalarToken() -> Range<Int> {
        var end = position
        while end < bytes.count {
            // One space may stand between a date and a time.
            let splitsDate =
                bytes[end] == UInt8(ascii: " ") && end == position + 10 && end + 1 < bytes.count
                && bytes[position + 4] == UInt8(ascii: "-") && Self.isDigit(bytes[end + 1])
            guard splitsDate || !Self.endsScalar(bytes[end]) else { break }
            end += 1
        }
        return position..<end
    }

    private static func scalar(_ token: ArraySlice<UInt8>) -> TOMLValue.Content? {
        if token.elementsEqual("true".utf8) { return .boolean(true) }
        if token.elementsEqual("false".utf8) { return .boolean(false) }
        let text = Array(token)
        if let number = number(text) { return number }
        return isDateOrTime(text) ? .dateTime(String(decoding: text, as: UTF8.self)) : nil
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: "#"):
            true
        default:
            false
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
