/// A JSON value as its text: kept, passed on and compared as the bytes it came in, so that no number
/// loses a digit and no string a byte.
package struct JSONText: Hashable, Sendable {
    /// One well-formed value, without white space around it.
    package let bytes: [UInt8]

    package enum Kind: Sendable {
        case null, boolean, number, string, array, object
    }

    package static let null = JSONText(wellFormed: Array("null".utf8))
    package static let emptyArray = JSONText(wellFormed: Array("[]".utf8))
    package static let emptyObject = JSONText(wellFormed: Array("{}".utf8))

    /// Takes bytes that were read by ``JSONReader`` or written by ``JSONWriter``.
    package init(wellFormed bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a text that must be exactly one JSON value.
    ///
    /// - Throws: ``JSONError`` saying what is wrong, and where.
    package init(
        _ text: some Collection<UInt8>,
        acceptsNonFinite: Bool = false
    ) throws(JSONError) {
        let bytes = text.withContiguousStorageIfAvailable { Array($0) } ?? Array(text)
        try self.init(bytes, acceptsNonFinite: acceptsNonFinite)
    }

    /// The same from bytes that are kept as they are, not copied.
    package init(_ bytes: [UInt8], acceptsNonFinite: Bool = false) throws(JSONError) {
        let value = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var reader = JSONReader(buffer, acceptsNonFinite: acceptsNonFinite)
            let value = try reader.skipValue()
            try reader.finish()
            return value
        }
        self.bytes = value == bytes.indices ? bytes : Array(bytes[value])
    }

    /// The JSON string of a text.
    package init(string text: some StringProtocol) {
        var bytes: [UInt8] = []
        JSONString.append(text.utf8, to: &bytes)
        self.bytes = bytes
    }

    package var kind: Kind {
        switch bytes.first {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// The text as a string, for messages and tests.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The string that this value is; `nil` if it is not a string, or holds half a surrogate pair.
    package var string: String? {
        guard kind == .string else { return nil }
        return try? JSONString.decode(bytes.dropFirst().dropLast())
    }

    /// The whole number that this value is; `nil` if it is not one or does not fit.
    package var integer: Int? { kind == .number ? Int(text) : nil }

    /// The number that this value is, as near as a double comes; `nil` if it is not a number.
    package var double: Double? { kind == .number ? Double(text) : nil }

    package var boolean: Bool? {
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    /// The elements of an array; `nil` if the value is not an array.
    package var elements: [JSONText]? {
        guard kind == .array else { return nil }
        var elements: [JSONText] = []
        readAgain { reader throws(JSONError) in
            try reader.readArray { elements.append(JSONText(wellFormed: Array(bytes[$0]))) }
        }
        return elements
    }

    /// Calls the body with the place in ``bytes`` of each element of an array, without building any; any other
    /// value has no elements.
    package func forEachElement(_ body: (_ place: Range<Int>) -> Void) {
        guard kind == .array else { return }
        readAgain { reader throws(JSONError) in try reader.readArray { body($0) } }
    }

    /// The elements of an array of exactly so many; `nil` for any other value, which is not built.
    package func elements(count: Int) -> [JSONText]? {
        guard kind == .array else { return nil }
        var found = 0
        var elements: [JSONText] = []
        readAgain { reader throws(JSONError) in
            try reader.readArray {
                found += 1
                if found <= count { elements.append(JSONText(wellFormed: Array(bytes[$0]))) }
            }
        }
        return found == count ? elements : nil
    }

    /// The members of an object as they are written, duplicates included.
    ///
    /// `nil` if the value is not an object. A key with half a surrogate pair is left out.
    package var members: [(key: String, value: JSONText)]? {
        guard kind == .object else { return nil }
        var members: [(key: String, value: JSONText)] = []
        readAgain { reader throws(JSONError) in
            try reader.readObject { key, value in
                guard let key = try? JSONString.decode(bytes[key]) else { return }
                members.append((key, JSONText(wellFormed: Array(bytes[value]))))
            }
        }
        return members
    }

    /// The value of a key, the last if it is there more than once, as Python reads it; `nil` if it is
    /// missing or the value is not an object.
    package subscript(key key: String) -> JSONText? {
        guard kind == .object else { return nil }
        var found: Range<Int>?
        var key = key
        key.withUTF8 { key in
            bytes.withUnsafeBufferPointer { buffer in
                readAgain { reader throws(JSONError) in
                    try reader.readObject {
                        let spelling = UnsafeBufferPointer(rebasing: buffer[$0])
                        if JSONString.spells(spelling, key) { found = $1 }
                    }
                }
            }
        }
        return found.map { JSONText(wellFormed: Array(bytes[$0])) }
    }

    /// How deep arrays and objects lie in each other; 0 for any other value.
    var nesting: Int {
        var (depth, deepest, isInString, isEscaped) = (0, 0, false, false)
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return deepest
    }

    /// Reads text that has been read before, so that nothing can be wrong with it.
    private func readAgain(_ body: (inout JSONReader) throws(JSONError) -> Void) {
        bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(buffer, acceptsNonFinite: true)
            do throws(JSONError) { try body(&reader) } catch {
                preconditionFailure("JSON that was well formed is not: \(error)")
            }
        }
    }
}

extension JSONText: CustomStringConvertible {
    package var description: String { text }
}

// MARK: - From values

extension JSONText {
    package static func number(_ value: Int) -> JSONText {
        JSONText(wellFormed: Array(String(value).utf8))
    }

    static func boolean(_ value: Bool) -> JSONText {
        JSONText(wellFormed: Array((value ? "true" : "false").utf8))
    }

    /// An array of values.
    init(array elements: some Sequence<JSONText>) {
        var writer = JSONWriter()
        writer.beginArray()
        for element in elements { writer.value(element) }
        writer.endArray()
        self.init(wellFormed: writer.bytes)
    }

    /// A string, or null.
    static func text(_ text: String?) -> JSONText { text.map { JSONText(string: $0) } ?? .null }
}
