internal import FoundationEssentials
package import TaskQueue

/// Arguments and results as JSON: dates in ISO 8601, to the microsecond, and data in base64.
package enum TaskCoding {
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            guard let time = Timestamp(date) else {
                // Not the date, which cannot always be printed.
                throw EncodingError.invalidValue(
                    date.timeIntervalSince1970,
                    EncodingError.Context(
                        codingPath: encoder.codingPath,
                        debugDescription: Timestamp.rangeOfDates
                    )
                )
            }
            var container = encoder.singleValueContainer()
            try container.encode(time.iso8601)
        }
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return encoder
    }()
    private static let decoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom(date)
        return decoder
    }()

    /// - Throws: `EncodingError`.
    package static func encode(_ value: some Encodable) throws -> JSONText {
        JSONText(wellFormed: Array(try encoder.encode(value)))
    }

    /// - Throws: `DecodingError`.
    package static func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        from json: JSONText
    ) throws -> Value {
        try decoder.decode(type, from: Data(json.bytes))
    }

    /// A text in ISO 8601, or what Celery makes of a date: `{"__type__": "datetime", "__value__": TEXT}`.
    @Sendable
    private static func date(from decoder: any Decoder) throws -> Date {
        let text: String
        if let object = try? decoder.container(keyedBy: PythonDateKey.self) {
            text = try object.decode(String.self, forKey: .value)
        } else {
            text = try decoder.singleValueContainer().decode(String.self)
        }
        guard let time = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "'\(text)' is not a date in ISO 8601"
                )
            )
        }
        return Date(timeIntervalSince1970: Double(time.microseconds) / 1e6)
    }

    private enum PythonDateKey: String, CodingKey {
        case value = "__value__"
    }
}

extension Timestamp {
    /// The same to the microsecond; `nil` for what neither ISO 8601 nor Python has.
    init?(_ date: Date) {
        let seconds = date.timeIntervalSince1970
        guard seconds >= Self.earliest.secondsSinceEpoch, seconds < 253_402_300_800 else {
            return nil
        }
        self.init(secondsSinceEpoch: seconds)
    }

    /// What is wrong with any other date.
    static let rangeOfDates = "a date lies in the years 1 to 9999, and this one does not"
}
