/// Writes checked JSON as Python would print it, until it is long enough.
struct PythonTextWriter {
    /// Celery cuts near this many characters; here they are bytes.
    private static let limit = 1025
    /// Containers in one another that are written; so deep may the calls go.
    private static let levels = 3

    private var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private var isFull: Bool { bytes.count >= Self.limit }

    mutating func tuple(_ json: ArraySlice<UInt8>) {
        append("(")
        let count = elements(of: json, depth: 1)
        append(count == 1 ? ",)" : ")")
    }

    /// Writes a value; the outermost container is at depth 1.
    mutating func value(_ json: ArraySlice<UInt8>, depth: Int) {
        switch json.first {
        case UInt8(ascii: "["):
            append("[")
            _ = elements(of: json, depth: depth)
            append("]")
        case UInt8(ascii: "{"):
            append("{")
            members(of: json, depth: depth)
            append("}")
        case UInt8(ascii: "\""): string(json.dropFirst().dropLast())
        case UInt8(ascii: "t"): append("True")
        case UInt8(ascii: "f"): append("False")
        case UInt8(ascii: "n"): append("None")
        default: number(json)
        }
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }

    private mutating func number(_ json: ArraySlice<UInt8>) {
        bytes.append(contentsOf: json.prefix(Self.limit))
        if json.count > Self.limit { append("...") }
    }
}

// MARK: - Containers

extension PythonTextWriter {
    /// - Returns: how many were written.
    private mutating func elements(of json: ArraySlice<UInt8>, depth: Int) -> Int {
        var count = 0
        read(json) { reader, writer throws(JSONError) in
            try reader.readArray { element throws(JSONError) in
                try writer.begin(&count, depth: depth)
                writer.value(json[offset: element], depth: depth + 1)
            }
        }
        return count
    }

    private mutating func members(of json: ArraySlice<UInt8>, depth: Int) {
        var count = 0
        read(json) { reader, writer throws(JSONError) in
            try reader.readObject { key, value throws(JSONError) in
                try writer.begin(&count, depth: depth)
                writer.string(json[offset: key])
                writer.append(": ")
                writer.value(json[offset: value], depth: depth + 1)
            }
        }
    }

    /// Counts and separates what stands in a container.
    ///
    /// - Throws: when dots have been written in place of all that follows, to end the reading.
    private mutating func begin(_ count: inout Int, depth: Int) throws(JSONError) {
        count += 1
        if count > 1 { append(", ") }
        guard depth <= Self.levels, !isFull else {
            append("...")
            throw JSONError("the rest is left out", at: 0)
        }
    }

    private mutating func read(
        _ json: ArraySlice<UInt8>,
        _ body: (inout JSONReader, inout PythonTextWriter) throws(JSONError) -> Void
    ) {
        json.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer, acceptsNonFinite: true)
            try? body(&reader, &self)
        }
    }
}

// MARK: - Strings

extension PythonTextWriter {
    private mutating func string(_ spelling: ArraySlice<UInt8>) {
        append("'")
        var rest = spelling
        while let next = rest.first, !isFull {
            let plain = rest.prefix(Self.limit - bytes.count).prefix(while: Self.isPlain)
            bytes.append(contentsOf: plain)
            rest = rest[plain.endIndex...]
            if plain.isEmpty { character(next, &rest) }
        }
        if let next = rest.first {
            if Self.continuesCharacter(next) { dropPartOfCharacter() }
            append("...")
        }
        append("'")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\") && byte != 0x7F
    }

    private static func continuesCharacter(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    private mutating func dropPartOfCharacter() {
        while let last = bytes.popLast(), Self.continuesCharacter(last) {}
    }

    /// Writes a character that does not stand for itself, and takes it from `rest`.
    private mutating func character(_ first: UInt8, _ rest: inout ArraySlice<UInt8>) {
        guard first == UInt8(ascii: "\\") else {
            rest = rest.dropFirst()
            character(Unicode.Scalar(first))
            return
        }
        var spelling = rest.prefix(rest.dropFirst().first == UInt8(ascii: "u") ? 6 : 2)
        var text = try? JSONString.decode(spelling)
        if text == nil {
            // Half of a surrogate pair; the other half may follow.
            let pair = rest.prefix(12)
            text = try? JSONString.decode(pair)
            if text != nil { spelling = pair }
        }
        rest = rest[spelling.endIndex...]
        if let scalar = text?.unicodeScalars.first {
            character(scalar)
        } else {
            bytes.append(contentsOf: spelling)
        }
    }

    private mutating func character(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "'": append("\\'")
        case "\n": append("\\n")
        case "\r": append("\\r")
        case "\t": append("\\t")
        case "\0"..<" ", "\u{7F}":
            append("\\x")
            bytes.append(JSONString.hexDigit(UInt8(scalar.value >> 4)))
            bytes.append(JSONString.hexDigit(UInt8(scalar.value & 15)))
        default: bytes.append(contentsOf: String(scalar).utf8)
        }
    }
}

extension ArraySlice<UInt8> {
    /// The bytes at a range that counts from the slice's own beginning.
    fileprivate subscript(offset range: Range<Int>) -> ArraySlice<UInt8> {
        self[startIndex + range.lowerBound..<startIndex + range.upperBound]
    }
}
