/// The words and comments of a Swift or C file: enough to find what it declares, and what it says.
struct SwiftCode {
    /// Words, `->`, and each other sign; of a string only its first quotation mark.
    private(set) var tokens: [String] = []
    /// Comments; lines that follow each other are one.
    private(set) var comments: [SourceComment] = []

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    /// The last line of the last comment.
    private var commentEnd = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        while position < bytes.count { step() }
    }

    /// The byte so far ahead; 0 behind the end.
    private func byte(_ distance: Int = 0) -> UInt8 {
        position + distance < bytes.count ? bytes[position + distance] : 0
    }

    private mutating func step() {
        switch (byte(), byte(1)) {
        case (UInt8(ascii: "\n"), _):
            line += 1
            position += 1
        case (UInt8(ascii: "/"), UInt8(ascii: "/")): readComment()
        case (UInt8(ascii: "/"), UInt8(ascii: "*")): readBlockComment()
        case (UInt8(ascii: "\""), _), (UInt8(ascii: "#"), UInt8(ascii: "\"")),
            (UInt8(ascii: "#"), UInt8(ascii: "#")):
            tokens.append("\"")
            skipString()
        // C's; Swift has none.
        case (UInt8(ascii: "'"), let next): position += next == UInt8(ascii: "\\") ? 4 : 3
        case (UInt8(ascii: "-"), UInt8(ascii: ">")):
            tokens.append("->")
            position += 2
        case (let first, _) where Self.isWord(first): readWord()
        case (let sign, _):
            if sign > UInt8(ascii: " "), sign != UInt8(ascii: "`") {
                tokens.append(String(UnicodeScalar(sign)))
            }
            position += 1
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private mutating func readWord() {
        let start = position
        while Self.isWord(byte()) { position += 1 }
        tokens.append(String(decoding: bytes[start..<position], as: UTF8.self))
    }
}

// MARK: - Comments

extension SwiftCode {
    private mutating func readComment() {
        while byte() == UInt8(ascii: "/") { position += 1 }
        let start = position
        while position < bytes.count, byte() != UInt8(ascii: "\n") { position += 1 }
        add(bytes[start..<position])
        commentEnd = line
    }

    private mutating func readBlockComment() {
        let start = position + 2
        let first = line
        position += 2
        while position < bytes.count,
            (byte(), byte(1)) != (UInt8(ascii: "*"), UInt8(ascii: "/"))
        {
            if byte() == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        comments.append(SourceComment(line: first, bytes[start..<min(position, bytes.count)]))
        position += 2
    }

    private mutating func add(_ text: ArraySlice<UInt8>) {
        if commentEnd == line - 1, let last = comments.indices.last {
            comments[last].append(text)
        } else {
            comments.append(SourceComment(line: line, text))
        }
    }
}

// MARK: - Strings

extension SwiftCode {
    private mutating func skipString() {
        let hashes = bytes[position...].prefix { $0 == UInt8(ascii: "#") }.count
        position += hashes
        guard byte() == UInt8(ascii: "\"") else { return }
        let isLong = byte(1) == UInt8(ascii: "\"") && byte(2) == UInt8(ascii: "\"")
        let marks = isLong ? 3 : 1
        position += marks
        while position < bytes.count {
            if isNext(UInt8(ascii: "\""), marks), isNext(UInt8(ascii: "#"), hashes, after: marks) {
                position += marks + hashes
                return
            }
            if byte() == UInt8(ascii: "\n") { line += 1 }
            let isEscape =
                byte() == UInt8(ascii: "\\") && isNext(UInt8(ascii: "#"), hashes, after: 1)
            position += isEscape ? 1 + hashes : 1
            guard isEscape else { continue }
            if byte() == UInt8(ascii: "(") { skipInterpolation() } else { position += 1 }
        }
    }

    private func isNext(_ wanted: UInt8, _ count: Int, after distance: Int = 0) -> Bool {
        (0..<count).allSatisfy { byte(distance + $0) == wanted }
    }

    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            switch byte() {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: "\""):
                skipString()
                continue
            default: break
            }
            position += 1
        } while depth > 0 && position < bytes.count
    }
}
