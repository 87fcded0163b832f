/// Reads JSON (RFC 8259) in place: it finds where values begin and end, and builds nothing.
///
/// A Celery message costs a general decoder 27-35 µs, more than a worker has for the whole task; and
/// a decoder that builds numbers loses their digits. So values stay slices of the text they came in.
/// No recursion: nesting is bounded by memory only, one bit a level.
package struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Accept the bare words that Python writes for floats JSON cannot express.
    private let acceptsNonFinite: Bool
    package private(set) var position: Int

    /// - Parameters:
    ///   - bytes: must outlive the reader.
    ///   - position: where to begin.
    ///   - acceptsNonFinite: take `NaN`, `Infinity` and `-Infinity`, as Python writes them, for numbers.
    package init(
        _ bytes: UnsafeBufferPointer<UInt8>,
        at position: Int = 0,
        acceptsNonFinite: Bool = false
    ) {
        self.bytes = bytes
        self.position = position
        self.acceptsNonFinite = acceptsNonFinite
    }

    /// Passes over one value and the white space before it.
    ///
    /// - Returns: where the value stands, without white space around it.
    /// - Throws: ``JSONError`` if there is no well-formed value.
    package mutating func skipValue() throws(JSONError) -> Range<Int> {
        skipWhitespace()
        let start = position
        var open = ContainerStack()
        repeat {
            let opened = try skipScalarOrOpen(&open)
            if !opened { try closeContainers(&open) }
        } while !open.isEmpty
        return start..<position
    }

    /// Passes over the end of the text.
    ///
    /// - Throws: ``JSONError`` if anything but white space is left.
    package mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard position == bytes.count else {
            throw JSONError("something follows the value", at: position)
        }
    }

    /// Reads an object, member by member.
    ///
    /// - Parameter member: is given where the key's text stands, between its quotation marks, and
    ///   where the value stands. Duplicate keys come as often as they are written.
    /// - Throws: ``JSONError`` if there is no well-formed object.
    package mutating func readObject(
        _ member: (_ key: Range<Int>, _ value: Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "{"), "an object")
        if skip(UInt8(ascii: "}")) { return }
        repeat {
            let key = try skipKey()
            let value = try skipValue()
            try member(key, value)
        } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"), "\",\" or \"}\"")
    }

    /// Reads an array, element by element.
    ///
    /// - Parameter element: is given where the element stands.
    /// - Throws: ``JSONError`` if there is no well-formed array.
    package mutating func readArray(
        _ element: (_ value: Range<Int>) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "["), "an array")
        if skip(UInt8(ascii: "]")) { return }
        repeat {
            let value = try skipValue()
            try element(value)
        } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"), "\",\" or \"]\"")
    }
}

// MARK: - Containers

extension JSONReader {
    /// The containers that are open, innermost last: one bit each.
    private struct ContainerStack {
        private var depth = 0
        private var words: [UInt64] = []
        private var top: UInt64 = 0

        var isEmpty: Bool { depth == 0 }
        var isObject: Bool { top & 1 == 1 }

        mutating func push(isObject: Bool) {
            if depth & 63 == 0, depth > 0 { words.append(top) }
            top = top << 1 | (isObject ? 1 : 0)
            depth += 1
        }

        mutating func pop() {
            depth -= 1
            top >>= 1
            if depth & 63 == 0, depth > 0 { top = words.removeLast() }
        }
    }

    /// - Returns: whether a container was opened and its first value is to be read next.
    private mutating func skipScalarOrOpen(_ open: inout ContainerStack) throws(JSONError) -> Bool {
        skipWhitespace()
        guard position < bytes.count else {
            throw JSONError("the text ends too early", at: position)
        }
        switch bytes[position] {
        case UInt8(ascii: "{"):
            position += 1
            if skip(UInt8(ascii: "}")) { return false }
            _ = try skipKey()
            open.push(isObject: true)
            return true
        case UInt8(ascii: "["):
            position += 1
            if skip(UInt8(ascii: "]")) { return false }
            open.push(isObject: false)
            return true
        case UInt8(ascii: "\""):
            try skipString()
        case UInt8(ascii: "t"):
            try skipWord("true")
        case UInt8(ascii: "f"):
            try skipWord("false")
        case UInt8(ascii: "n"):
            try skipWord("null")
        case UInt8(ascii: "N") where acceptsNonFinite:
            try skipWord("NaN")
        case UInt8(ascii: "I") where acceptsNonFinite:
            try skipWord("Infinity")
        default:
            try skipNumber()
        }
        return false
    }

    /// After a value: closes what ends here, and stops where the next value begins.
    private mutating func closeContainers(_ open: inout ContainerStack) throws(JSONError) {
        while !open.isEmpty {
            if skip(UInt8(ascii: ",")) {
                if open.isObject { _ = try skipKey() }
                return
            }
            try expect(
                open.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"),
                open.isObject ? "\",\" or \"}\"" : "\",\" or \"]\""
            )
            open.pop()
        }
    }

    private mutating func skipKey() throws(JSONError) -> Range<Int> {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw JSONError("expected a key in quotation marks", at: position)
        }
        let start = position + 1
        try skipString()
        let key = start..<position - 1
        try expect(UInt8(ascii: ":"), "\":\"")
        return key
    }
}

// MARK: - Scalars

extension JSONReader {
    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Passes over white space and, if it comes next, the byte.
    private mutating func skip(_ byte: UInt8) -> Bool {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ name: String) throws(JSONError) {
        guard skip(byte) else {
            let ended = position == bytes.count
            throw JSONError(ended ? "the text ends too early" : "expected \(name)", at: position)
        }
    }

    private mutating func skipWord(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count, bytes[position] == word.utf8Start[index] else {
                throw JSONError("expected a JSON value", at: position)
            }
            position += 1
        }
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        return position - start
    }

    private mutating func skipNumber() throws(JSONError) {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if acceptsNonFinite, position > start, position < bytes.count,
            bytes[position] == UInt8(ascii: "I")
        {
            return try skipWord("Infinity")
        }
        let first = position
        let digits = skipDigits()
        guard digits > 0 else { throw JSONError("expected a JSON value", at: start) }
        guard digits == 1 || bytes[first] != UInt8(ascii: "0") else {
            throw JSONError("a number begins with a zero too many", at: first)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else {
                throw JSONError("a number ends in its point", at: position)
            }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            guard skipDigits() > 0 else {
                throw JSONError("a number has no exponent", at: position)
            }
        }
    }

    private mutating func skipString() throws(JSONError) {
        let start = position
        position += 1
        while true {
            skipPlainWords()
            guard position < bytes.count else {
                throw JSONError("a string does not end", at: start)
            }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try skipEscape()
            case 0..<0x20:
                throw JSONError(
                    "a string holds a control character that is not escaped",
                    at: position
                )
            case 0x80...:
                position = try UTF8Check.afterSequence(in: bytes, at: position)
            default:
                position += 1
            }
        }
    }

    /// Passes over eight bytes at a time while they hold no quotation mark, backslash, control
    /// character or byte above ASCII.
    private mutating func skipPlainWords() {
        guard let base = bytes.baseAddress else { return }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while position &+ 8 <= bytes.count {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self)
            )
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
                | (word &- ones &* 0x20) & ~word | word
            guard found & highs == 0 else {
                // The lowest mark is exact; those above it may come from a carry.
                position &+= (found & highs).trailingZeroBitCount >> 3
                return
            }
            position &+= 8
        }
    }

    private mutating func skipEscape() throws(JSONError) {
        guard position + 1 < bytes.count else {
            throw JSONError("a string does not end", at: position)
        }
        switch bytes[position + 1] {
        case UInt8(ascii: "u"):
            guard position + 6 <= bytes.count,
                bytes[position + 2..<position + 6].allSatisfy({ JSONString.hexValue($0) != nil })
            else { throw JSONError("an escape \\u lacks its four digits", at: position) }
            position += 6
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        default:
            throw JSONError("a string holds an unknown escape", at: position)
        }
    }
}
