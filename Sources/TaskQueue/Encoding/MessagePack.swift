/// Reads MessagePack (the specification at msgpack.org) as JSON, the way Kombu would spell the values.
enum MessagePack {
    /// - Parameters:
    ///   - bytes: one value.
    ///   - limit: bytes that the JSON may have; some values have twenty times as many there.
    /// - Returns: the same value.
    /// - Throws: ``MessageError`` if the bytes are cut short, go on after the value, or hold what JSON
    ///   cannot: a key that is not a string, or an application's own type.
    static func json(_ bytes: [UInt8], limit: Int) throws(MessageError) -> JSONText {
        var reader = MessagePackReader(bytes, limit: limit)
        try reader.value(depth: 0)
        guard reader.isAtEnd else {
            throw .unexpected(part: "the body", expected: "one MessagePack value")
        }
        return JSONText(wellFormed: reader.json)
    }
}

private struct MessagePackReader {
    /// Deep enough for any real data; each level takes a stack frame.
    private static let deepest = 512

    private let bytes: [UInt8]
    private let limit: Int
    private var position = 0
    private var writer = JSONWriter()

    init(_ bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = limit
    }

    var isAtEnd: Bool { position == bytes.count }
    var json: [UInt8] { writer.bytes }

    mutating func value(depth: Int) throws(MessageError) {
        guard depth < Self.deepest else {
            throw .unexpected(part: "the body", expected: "nested less than \(Self.deepest) deep")
        }
        guard writer.count <= limit else { throw .tooLarge(part: "the body", limit: limit) }
        let type = UInt8(try unsigned(1))
        switch type {
        case 0x00...0x7F: writer.value(Int(type))
        case 0x80...0x8F: try object(Int(type & 15), depth: depth)
        case 0x90...0x9F: try array(Int(type & 15), depth: depth)
        case 0xA0...0xBF: try string(Int(type & 31))
        case 0xC0: writer.null()
        case 0xC2, 0xC3: writer.value(type == 0xC3)
        case 0xC4...0xC6: try binary(Int(try unsigned(1 << (type - 0xC4))))
        case 0xCA: try number(Double(Float(bitPattern: UInt32(try unsigned(4)))))
        case 0xCB: try number(Double(bitPattern: try unsigned(8)))
        case 0xCC...0xCF:
            let value = try unsigned(1 << (type - 0xCC))
            writer.value(wellFormed: String(value).utf8)
        case 0xD0...0xD3: try signed(1 << (type - 0xD0))
        case 0xD9...0xDB: try string(Int(try unsigned(1 << (type - 0xD9))))
        case 0xDC, 0xDD: try array(Int(try unsigned(2 << (type - 0xDC))), depth: depth)
        case 0xDE, 0xDF: try object(Int(try unsigned(2 << (type - 0xDE))), depth: depth)
        case 0xE0...0xFF: writer.value(Int(Int8(bitPattern: type)))
        default:
            throw .unexpected(part: "the body", expected: "MessagePack without extension types")
        }
    }

    private mutating func take(_ count: Int) throws(MessageError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else {
            throw .unexpected(part: "the body", expected: "complete MessagePack")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private mutating func unsigned(_ count: Int) throws(MessageError) -> UInt64 {
        try take(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func signed(_ count: Int) throws(MessageError) {
        let shift = UInt64(64 - count * 8)
        writer.value(Int(Int64(bitPattern: try unsigned(count) << shift) >> Int64(shift)))
    }

    private mutating func number(_ value: Double) throws(MessageError) {
        guard value.isFinite else {
            let word = value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
            writer.value(wellFormed: word.utf8)
            return
        }
        // As Python spells floats: 2.0 is not 2.
        writer.value(wellFormed: "\(value)".utf8)
    }

    private mutating func string(_ count: Int) throws(MessageError) {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw .unexpected(part: "a string of the body", expected: "UTF-8")
        }
        writer.value(text)
    }

    /// Kombu's JSON spelling of bytes (`celery-wire`, section 2.3).
    private mutating func binary(_ count: Int) throws(MessageError) {
        let data = try take(count)
        let text = String(validating: data, as: UTF8.self)
        writer.beginObject()
        writer.key("__type__")
        writer.value(text == nil ? "base64" : "bytes")
        writer.key("__value__")
        if let text { writer.value(text) } else { writer.base64(data) }
        writer.endObject()
    }

    private mutating func array(_ count: Int, depth: Int) throws(MessageError) {
        writer.beginArray()
        for _ in 0..<count { try value(depth: depth + 1) }
        writer.endArray()
    }

    private mutating func object(_ count: Int, depth: Int) throws(MessageError) {
        writer.beginObject()
        for _ in 0..<count {
            writer.key(try key())
            try value(depth: depth + 1)
        }
        writer.endObject()
    }

    private mutating func key() throws(MessageError) -> String {
        let type = UInt8(try unsigned(1))
        let count: Int
        switch type {
        case 0xA0...0xBF: count = Int(type & 31)
        case 0xD9...0xDB: count = Int(try unsigned(1 << (type - 0xD9)))
        default: throw .unexpected(part: "a key of the body", expected: "a string")
        }
        guard let key = String(validating: try take(count), as: UTF8.self) else {
            throw .unexpected(part: "a key of the body", expected: "UTF-8")
        }
        return key
    }
}
