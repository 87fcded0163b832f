internal import FoundationEssentials
package import TaskQueue

/// Arguments and results as JSON: dates in ISO 8601, data in base64.
package enum TaskCoding {
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(Timestamp(date).iso8601)
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
    init(_ date: Date) {
        self.init(secondsSinceEpoch: date.timeIntervalSince1970)
    }
}
