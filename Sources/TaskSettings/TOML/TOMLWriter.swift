internal import TaskQueue

/// Writes TOML 1.0 that ``TOMLReader`` reads as the same values.
package struct TOMLWriter {
    package private(set) var text = ""

    package init() {}

    /// Writes a table below a header, a line for each of its keys; tables in it stand on their lines.
    package mutating func table(_ path: [String], _ table: TOMLTable) {
        text += "[\(path.map(Self.key).joined(separator: "."))]\n"
        for entry in table.entries {
            text += "\(Self.key(entry.key)) = \(Self.value(entry.value))\n"
        }
    }

    /// One part of a key, in quotes if it needs them.
    package static func key(_ text: String) -> String {
        let isBare = !text.isEmpty && text.utf8.allSatisfy(TOMLReader.isBareKeyByte)
        return isBare ? text : string(text)
    }

    /// A text in quotes, on one line.
    package static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\u{0}"..<" ", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func value(_ value: TOMLValue) -> String {
        switch value.content {
        case .string(let text): string(text)
        case .integer(let number): String(number)
        case .float(let number): number.isFinite ? "\(number)" : nonFinite(number)
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .dateTime(let text): text
        case .array(let values): "[\(values.map(Self.value).joined(separator: ", "))]"
        case .table(let table):
            "{\(table.entries.map { "\(key($0.key)) = \(Self.value($0.value))" }.joined(separator: ", "))}"
        }
    }

    private static func nonFinite(_ number: Double) -> String {
        number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
    }
}

extension TOMLTable {
    /// The same table with another value for a key; a new key comes last.
    package func setting(_ key: String, to content: TOMLValue.Content) -> TOMLTable {
        let entry = Entry(key: key, line: 0, value: TOMLValue(content: content, line: 0))
        guard let index = entries.firstIndex(where: { $0.key == key }) else {
            return TOMLTable(entries: entries + [entry])
        }
        var changed = entries
        changed[index] = entry
        return TOMLTable(entries: changed)
    }
}
