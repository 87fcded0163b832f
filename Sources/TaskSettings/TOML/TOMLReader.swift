internal import TaskQueue

/// Reads a TOML 1.0 document (toml.io/en/v1.0.0) into tables that know the line of each key.
///
/// Our own, because TOMLKit and toml++ below it give no position for a key that has been read, and
/// each message about a setting has to name its file, line and key.
package struct TOMLReader {
    let bytes: [UInt8]
    var position = 0
    /// The line of `position`, from 1.
    var line = 1
    private var lineStart = 0
    /// Where the column was counted last, and what came out: the next one is counted from there.
    private var counted = (position: 0, column: 1)
    /// How many arrays and inline tables `position` is in.
    var depth = 0
    /// Which header `position` is below; 0 before the first.
    private var section = 0

    /// Arrays in arrays, and parts of a key: enough for people, and bounded because reading them
    /// recurses.
    static let deepest = 64

    /// Reads a whole document, UTF-8 with or without a byte order mark.
    ///
    /// - Throws: ``TOMLError`` at the first place that is not TOML 1.0; also at integers beyond 64
    ///   bits and
    ///   at more than 64 levels.
    package static func read(_ bytes: [UInt8]) throws(TOMLError) -> TOMLTable {
        var reader = TOMLReader(bytes)
        try reader.checkEncoding()
        return try reader.readDocument()
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func checkEncoding() throws(TOMLError) {
        let end: Int?
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            end = nil
        } catch {
            end = error.byteOffsets.lowerBound
        }
        if let end {
            // Everything before it is valid, so that the place can be counted in characters.
            while position < end { if !takeNewline() { position += 1 } }
            throw error("this is not UTF-8")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private mutating func readDocument() throws(TOMLError) -> TOMLTable {
        let document = TOMLTableBuilder(.defined, line: 1)
        var table = document
        while true {
            skipBlanks()
            if peek() == UInt8(ascii: "[") {
                table = try readHeader(in: document)
            } else if let byte = peek(), !Self.endsLine(byte) {
                let path = try readKeyAndEquals()
                try table.set(path, to: readValue(), section: section)
            }
            if try !readLineEnd() { return document.finished() }
        }
    }

    private mutating func readHeader(in document: TOMLTableBuilder) throws(TOMLError)
        -> TOMLTableBuilder
    {
        section += 1
        position += 1
        let isArray = take("[")
        skipBlanks()
        let path = try readKey()
        guard take("]"), !isArray || take("]") else {
            throw error("expected \(isArray ? "]]" : "]") after the table's name")
        }
        return isArray ? try document.openArrayElement(path) : try document.openTable(path)
    }
}

extension TOMLReader {
    /// The byte at `position`; `nil` at the end.
    func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    mutating func take(_ text: StaticString) -> Bool {
        let isNext = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isNext { position += text.utf8CodeUnitCount }
        return isNext
    }

    /// A line feed, or a carriage return and a line feed.
    mutating func takeNewline() -> Bool {
        guard take("\n") || take("\r\n") else { return false }
        line += 1
        lineStart = position
        return true
    }

    /// Spaces and tabs.
    mutating func skipBlanks() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            position += 1
        }
    }

    mutating func skipComment() throws(TOMLError) {
        guard take("#") else { return }
        while let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            try refuseControlCharacter(byte)
            position += 1
        }
    }

    /// Blanks, a comment, and the line's end; `false` at the document's.
    private mutating func readLineEnd() throws(TOMLError) -> Bool {
        skipBlanks()
        try skipComment()
        if takeNewline() { return true }
        if position == bytes.count { return false }
        throw error("expected the end of the line")
    }

    /// A tab is the only control character allowed in comments and strings.
    func refuseControlCharacter(_ byte: UInt8) throws(TOMLError) {
        guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
            throw error("control characters are not allowed here")
        }
    }

    /// An error at `position`.
    ///
    /// - Complexity: that of the line's length.
    func error(_ reason: String) -> TOMLError {
        TOMLError(line: line, column: characters(from: lineStart) + 1, reason: reason)
    }

    /// The column of `position` in characters, from 1; not further left than the last that was asked for.
    ///
    /// A line may be long and have many keys: each byte is looked at once.
    mutating func column() -> Int {
        if counted.position < lineStart { counted = (lineStart, 1) }
        counted = (position, counted.column + characters(from: counted.position))
        return counted.column
    }

    /// Each character has one byte that is not a continuation byte.
    private func characters(from start: Int) -> Int {
        bytes[start..<position].count { $0 & 0xC0 != 0x80 }
    }

    private static func endsLine(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
