package import TaskQueue

/// One value of a settings file, with all that a message about it needs, and ways to read it.
package struct SettingsItem: Sendable {
    /// The last part of the key, as text.
    package let name: String
    package let place: SettingsPlace
    package let value: TOMLValue
    /// The other keys of its table.
    let siblings: [String]
    /// The folder of the settings file, absolute: what its paths are relative to.
    let folder: String
}

extension SettingsItem {
    /// The entries of a whole file.
    package static func items(of table: TOMLTable, file: String, folder: String) -> [SettingsItem] {
        items(of: table, file: file, folder: folder, prefix: "")
    }

    private static func items(
        of table: TOMLTable,
        file: String,
        folder: String,
        prefix: String
    ) -> [SettingsItem] {
        let names = table.entries.map(\.key)
        return table.entries.map { entry in
            SettingsItem(
                name: entry.key,
                place: SettingsPlace(
                    file: file,
                    line: entry.line,
                    key: prefix + TOMLKey.written(entry.key)
                ),
                value: entry.value,
                siblings: names,
                folder: folder
            )
        }
    }

    /// The entries of a table, in the order of the file.
    package func members() throws(SettingsError) -> [SettingsItem] {
        guard case .table(let table) = value.content else { throw wrongType("a table") }
        return Self.items(of: table, file: place.file, folder: folder, prefix: place.key + ".")
    }

    /// The elements of an array that is not empty.
    func elements() throws(SettingsError) -> [SettingsItem] {
        guard case .array(let values) = value.content else { throw wrongType("an array") }
        guard !values.isEmpty else { throw badValue("it is empty") }
        return values.map { element in
            SettingsItem(
                name: name,
                place: SettingsPlace(file: place.file, line: element.line, key: place.key),
                value: element,
                siblings: [],
                folder: folder
            )
        }
    }

    /// A text that is not empty and that C can hold.
    func text() throws(SettingsError) -> String {
        let text = try textOrEmpty()
        guard !text.isEmpty else { throw badValue("it is empty") }
        return text
    }

    /// A text that C can hold.
    func textOrEmpty() throws(SettingsError) -> String {
        guard case .string(let text) = value.content else { throw wrongType("a string") }
        guard !text.utf8.contains(0) else { throw badValue("it holds a NUL character") }
        return text
    }

    func boolean() throws(SettingsError) -> Bool {
        guard case .boolean(let value) = value.content else { throw wrongType("true or false") }
        return value
    }

    func integer(in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard case .integer(let value) = value.content else { throw wrongType("an integer") }
        guard let number = Int(exactly: value), range.contains(number) else {
            throw badValue("\(value) is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func wrongType(_ expected: String) -> SettingsError {
        .wrongType(place, expected: expected, found: value.kind)
    }

    package func badValue(_ reason: String) -> SettingsError {
        .badValue(place, reason: reason)
    }

    /// Refuses two keys of which only one can apply.
    func refuse(besides other: String) throws(SettingsError) {
        guard !siblings.contains(other) else {
            throw badValue("\(other) is set as well: keep one of them")
        }
    }
}
