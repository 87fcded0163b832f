/// Writes one JSON object or array into bytes, member by member, in the order of the calls.
///
/// Without white space: readers take any, and each byte is stored and sent.
package struct JSONWriter {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// How many bytes there are.
    var count: Int { bytes.count }

    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A key of the open object, whose value is to follow.
    ///
    /// - Parameter key: written as it stands: ASCII without quotation marks and backslashes.
    package mutating func key(_ key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        )
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key that is data.
    package mutating func key(_ key: some StringProtocol) {
        separate()
        JSONString.append(key.utf8, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func null() { word("null") }
    package mutating func value(_ value: Bool) { word(value ? "true" : "false") }

    package mutating func value(_ value: Int) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// A finite number; Swift spells doubles as the shortest digits that read back the same.
    package mutating func value(_ value: Double) {
        separate()
        let isWhole = value == value.rounded() && value.magnitude < 1e15
        bytes.append(contentsOf: (isWhole ? String(Int(value)) : "\(value)").utf8)
        needsComma = true
    }

    package mutating func value(_ text: some StringProtocol) {
        separate()
        JSONString.append(text.utf8, to: &bytes)
        needsComma = true
    }

    package mutating func value(_ text: (some StringProtocol)?) {
        if let text { value(text) } else { null() }
    }

    package mutating func value(_ value: Int?) {
        if let value { self.value(value) } else { null() }
    }

    package mutating func value(_ value: Double?) {
        if let value { self.value(value) } else { null() }
    }

    package mutating func value(_ json: JSONText) {
        separate()
        bytes.append(contentsOf: json.bytes)
        needsComma = true
    }

    /// Ends a piece of the text before a value, which the caller puts between it and the next.
    ///
    /// - Returns: what was written since the last piece.
    mutating func cut() -> [UInt8] {
        defer {
            bytes = []
            needsComma = true
        }
        return bytes
    }

    /// JSON that is well formed already.
    package mutating func value(wellFormed json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Bytes as a JSON string in base64.
    package mutating func base64(_ data: some Collection<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        Base64.append(data, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    private mutating func word(_ word: StaticString) {
        separate()
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        )
        needsComma = true
    }
}
