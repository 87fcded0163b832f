/// Fields of a message with their types checked; null and absent are the same.
struct MessageFields {
    /// More than any task is tried, and far from where counting overflows.
    private static let mostRetries = Int(Int32.max)

    private let fields: JSONFields

    /// - Parameters:
    ///   - object: checked JSON.
    ///   - part: what the object is, for the error.
    /// - Throws: ``MessageError`` if it is not an object.
    init(_ object: JSONText, part: String) throws(MessageError) {
        do throws(JSONError) { fields = try JSONFields(object.bytes) } catch {
            throw .notJSON(part: part, reason: error)
        }
    }

    func value(_ name: StaticString) -> JSONText? {
        slice(name).map { JSONText(wellFormed: Array($0)) }
    }

    /// As Python takes it.
    func isTrue(_ name: StaticString) -> Bool {
        guard let value = slice(name) else { return false }
        switch value.first {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: return KombuValue.isTrue(JSONText(wellFormed: Array(value)))
        }
    }

    func text(_ name: StaticString) throws(MessageError) -> String? {
        guard slice(name) != nil else { return nil }
        guard let text = fields.string(name) else { throw unexpected(name, "a text") }
        return text
    }

    /// A text that names something; Kombu's UUIDs and bytes count as text, too.
    func identifier(_ name: StaticString) throws(MessageError) -> String? {
        guard let value = slice(name) else { return nil }
        if let text = fields.string(name) { return text }
        guard let text = KombuValue.text(JSONText(wellFormed: Array(value))) else {
            throw unexpected(name, "a text")
        }
        return text
    }

    /// How an ``identifier(_:)`` is written, if it is not a text; `nil`: it is one.
    func spelling(_ name: StaticString) -> JSONText? {
        guard let value = slice(name), value.first != UInt8(ascii: "\"") else { return nil }
        return JSONText(wellFormed: Array(value))
    }

    /// A text that only says where the task belongs: Celery's workers run a task whatever stands there.
    ///
    /// - Returns: of a number its digits; `nil` for false, arrays and objects without meaning.
    func relation(_ name: StaticString) -> String? {
        guard let value = slice(name) else { return nil }
        if let text = fields.string(name) { return text }
        let json = JSONText(wellFormed: Array(value))
        return json.kind == .number ? json.text : KombuValue.text(json)
    }

    /// How often it was tried: what is less than never is never, as Python counts on from there.
    func retries(_ name: StaticString) throws(MessageError) -> Int? {
        guard let value = value(name) else { return nil }
        if let retries = value.integer { return min(max(retries, 0), Self.mostRetries) }
        guard let number = KombuValue.number(value), !number.isNaN else {
            throw unexpected(name, "a whole number")
        }
        return Int(min(max(number, 0), Double(Self.mostRetries)))
    }

    /// How often it may be tried again; `nil`: it does not say, in numbers.
    func mostRetries(_ name: StaticString) -> Int? {
        value(name)?.integer.map { min(max($0, 0), Self.mostRetries) }
    }

    func timestamp(_ name: StaticString) throws(MessageError) -> Timestamp? {
        guard let value = slice(name) else { return nil }
        let text =
            fields.string(name) ?? KombuValue.datetime(JSONText(wellFormed: Array(value)))
        guard let time = text.flatMap({ Timestamp(iso8601: $0) }) else {
            throw unexpected(
                name,
                "a time such as 2026-11-23T18:00:00+00:00, in the years 1 to 9999"
            )
        }
        return time
    }

    func timeLimits(_ name: StaticString) throws(MessageError) -> TimeLimits {
        guard let value = value(name) else { return .none }
        guard let limits = TimeLimits(value) else {
            throw unexpected(name, "an array of two numbers of seconds or nulls")
        }
        return limits
    }

    private func slice(_ name: StaticString) -> ArraySlice<UInt8>? {
        guard let value = fields.slice(name), value.first != UInt8(ascii: "n") else { return nil }
        return value
    }

    private func unexpected(_ name: StaticString, _ expected: String) -> MessageError {
        .unexpected(part: "the header \(name)", expected: expected)
    }
}
