/// What is wrong with a value that cannot be read from JSON, or be written as it.
package struct CodingProblem {
    /// Where it is; empty for the whole value.
    package let path: [any CodingKey]
    /// For people.
    package let text: String

    /// - Returns: `nil` for another error.
    package init?(_ error: any Error) {
        switch error {
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            path = context.codingPath
            text = Self.text(context)
        case EncodingError.invalidValue(_, let context):
            path = context.codingPath
            text = context.debugDescription
        default: return nil
        }
    }

    /// The decoder calls a number that does not fit its type invalid JSON; what it is given is always JSON.
    private static func text(_ context: DecodingError.Context) -> String {
        guard context.debugDescription.hasPrefix("The given data was not valid JSON") else {
            return context.debugDescription
        }
        return "a number does not fit its type"
    }
}

extension CodingProblem: CustomStringConvertible {
    package var description: String {
        let place = path.map(\.stringValue).joined(separator: ".")
        return place.isEmpty ? text : "\(place): \(text)"
    }
}
