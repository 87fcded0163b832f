/// A value that JSON has no type for, as Kombu writes it: `{"__type__": …, "__value__": …}`
/// (`celery-wire`, section 2.3).
enum KombuValue {
    /// The text by which Celery knows such a value where a message has an id: of a UUID the text with its
    /// hyphens, of bytes what they spell.
    ///
    /// - Returns: `nil` if the value is neither, or its bytes are not UTF-8.
    static func text(_ json: JSONText) -> String? {
        guard let (type, value) = parts(json) else { return nil }
        switch type {
        case "uuid": return value[key: "hex"]?.string.flatMap(UUIDText.normalized)
        case "bytes", "decimal": return value.string
        case "base64":
            guard let bytes = value.string.flatMap({ Base64.decode($0.utf8) }) else { return nil }
            return String(validating: bytes, as: UTF8.self)
        default: return nil
        }
    }

    /// The text of a `datetime`, in ISO 8601; `nil` for any other value.
    static func datetime(_ json: JSONText) -> String? {
        guard let (type, value) = parts(json), type == "datetime" else { return nil }
        return value.string
    }

    /// The number that a value is to Python's `int` or `float`: a number, a text that spells one, a
    /// `decimal`.
    static func number(_ json: JSONText) -> Double? {
        switch json.kind {
        case .number: json.double
        case .boolean: json.boolean == true ? 1 : 0
        case .string: json.string.flatMap { Double($0) }
        default: text(json).flatMap { Double($0) }
        }
    }

    /// Whether Python takes a value for true.
    static func isTrue(_ json: JSONText) -> Bool {
        switch json.kind {
        case .null: false
        case .boolean: json.boolean == true
        case .number: json.double != 0
        case .string: json.bytes.count > 2
        case .array, .object: json.compact.bytes.count > 2
        }
    }

    private static func parts(_ json: JSONText) -> (type: String, value: JSONText)? {
        guard json.kind == .object, let type = json[key: "__type__"]?.string,
            let value = json[key: "__value__"]
        else { return nil }
        return (type, value)
    }
}
