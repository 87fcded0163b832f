/// The members of a JSON object, found once and looked up by name.
package struct JSONFields {
    private let bytes: [UInt8]
    private let members: [(key: Range<Int>, value: Range<Int>)]
    /// Whether a key may be spelt with escapes; else each is the bytes that it is looked up by.
    private let hasEscapedKeys: Bool

    /// - Throws: ``JSONError`` if the text is not exactly one object.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        var members: [(key: Range<Int>, value: Range<Int>)] = []
        members.reserveCapacity(24)
        var hasEscapedKeys = false
        try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            var reader = JSONReader(buffer, acceptsNonFinite: true)
            try reader.readObject { key, value in
                members.append((key, value))
                hasEscapedKeys = hasEscapedKeys || JSONString.hasEscapes(buffer[key])
            }
            try reader.finish()
        }
        self.bytes = bytes
        self.members = members
        self.hasEscapedKeys = hasEscapedKeys
    }

    /// The value of a key, the last one where it is there more than once, as Python reads it.
    ///
    /// `nil` if the key is not there; `null` is a value.
    package subscript(name: StaticString) -> JSONText? {
        slice(name).map { JSONText(wellFormed: Array($0)) }
    }

    /// The string that a key's value is; `nil` if the key is missing, or its value is not a string or holds
    /// half a surrogate pair.
    package func string(_ name: StaticString) -> String? {
        guard let value = slice(name), value.first == UInt8(ascii: "\"") else { return nil }
        return try? JSONString.decode(value.dropFirst().dropLast())
    }

    /// The bytes of a key's value, not copied; `nil` if the key is missing.
    package func slice(_ name: StaticString) -> ArraySlice<UInt8>? {
        value(of: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
            .map { bytes[$0] }
    }

    private func value(of name: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        bytes.withUnsafeBufferPointer { buffer in
            var index = members.count
            while index > 0 {
                index -= 1
                let key = members[index].key
                guard key.count == name.count || hasEscapedKeys else { continue }
                let spelling = UnsafeBufferPointer(rebasing: buffer[key])
                if JSONString.spells(spelling, name) { return members[index].value }
            }
            return nil
        }
    }

    /// The members as they are written, `"key":value`, less those of some names.
    func memberTexts(without names: [String]) -> [ArraySlice<UInt8>] {
        members.filter { member in
            guard let key = try? JSONString.decode(bytes[member.key]) else { return true }
            return !names.contains { $0.utf8.elementsEqual(key.utf8) }
        }.map { bytes[$0.key.lowerBound - 1..<$0.value.upperBound] }
    }
}
