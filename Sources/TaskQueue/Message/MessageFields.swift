/// Fields of a message with their types checked; null and absent are the same.
struct MessageFields {
    /// More than any task is tried, and far from where counting overflows.
    private static let mostRetries = Int(Int32.max)

    private let fields: JSONFields

    /// - Parameters:
    ///   - object: checked JSON.
    ///   - part: what the object is, for the error.
    /// - Throws: ``MessageError`` if it is no object.
    init(_ object: JSONText, part: String) throws(MessageError) {
        do throws(JSONError) { fields = try JSONFields(object.bytes) } catch {
            throw .notJSON(part: part, reason: error)
        }
    }

    func value(_ name: StaticString) -> JSONText? {
        slice(name).map { JSONText(wellFormed: Array($0)) }
    }

    func isTrue(_ name: StaticString) -> Bool {
        slice(name)?.first == UInt8(ascii: "t")
    }

    func text(_ name: StaticString) throws(MessageError) -> String? {
        guard slice(name) != nil else { return nil }
        guard let text = fields.string(name) else { throw unexpected(name, "a text") }
        return text
    }

    func retries(_ name: StaticString) throws(MessageError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let retries = value.integer, (0...Self.mostRetries).contains(retries) else {
            throw unexpected(name, "a whole number from 0 to \(Self.mostRetries)")
        }
        return retries
    }

    func timestamp(_ name: StaticString) throws(MessageError) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let time = Timestamp(iso8601: text) else {
            throw unexpected(name, "a time such as 2026-11-23T18:00:00+00:00")
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
