extension CommandInterface {
    /// The table as one JSON object, for tests that compare it with the man page:
    /// `{"name", "abstract", "options": [{"long", "short", "value", "help", "repeats"}]}`.
    ///
    /// `short` and `value` are null where there is none; a value that may be left out is in
    /// brackets, as `[=WORD]`.
    package var jsonDump: String {
        let rows = visibleOptions.map { option in "    \(Self.jsonObject(for: option))" }
        return """
            {
              "name": \(Self.quoted(name)),
              "abstract": \(Self.quoted(abstract)),
              "options": [
            \(rows.joined(separator: ",\n"))
              ]
            }

            """
    }

    private static func jsonObject(for option: Option) -> String {
        let short = option.short.map { letter in quoted("\(letter)") } ?? "null"
        let value =
            switch option.value {
            case .none: "null"
            case .required(let placeholder): quoted(placeholder)
            case .attached(let placeholder): quoted("[=\(placeholder)]")
            }
        return """
            {"long": \(quoted(option.long)), "short": \(short), "value": \(value), \
            "help": \(quoted(option.help)), "repeats": \(option.repeats)}
            """
    }

    /// A text of the table, which holds no control characters, as a JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                result.unicodeScalars.append("\\")
            }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
