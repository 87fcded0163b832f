internal import TaskQueue

/// A key that a table of the settings file may have, and what reading it does to `Target`.
struct SettingsKey<Target>: Sendable {
    let name: String
    let read: @Sendable (inout Target, SettingsItem) throws(SettingsError) -> Void

    init(
        _ name: String,
        _ read: @escaping @Sendable (inout Target, SettingsItem) throws(SettingsError) -> Void
    ) {
        self.name = name
        self.read = read
    }
}

extension SettingsKey {
    /// Reads every entry of a table by the key of its name.
    ///
    /// - Parameters:
    ///   - items: the entries.
    ///   - keys: all that the table may have.
    ///   - hint: what to say of an unknown key that is not like any known one.
    ///   - target: what the keys write to.
    /// - Throws: ``SettingsError/unknownKey(_:hint:)`` for an entry that no key is for.
    static func read(
        _ items: [SettingsItem],
        by keys: [SettingsKey],
        hint: String? = nil,
        into target: inout Target
    ) throws(SettingsError) {
        for item in items {
            guard let key = keys.first(where: { $0.name == item.name }) else {
                let nearest = Spelling.nearest(to: item.name, among: keys.map(\.name))
                throw .unknownKey(
                    item.place,
                    hint: nearest.map { "did you mean \"\($0)\"?" } ?? belowHeader(item) ?? hint
                )
            }
            try key.read(&target, item)
        }
    }

    /// What to say of a key of the file's top level that is below a table's header, and so belongs to
    /// that table; `nil` for any other.
    private static func belowHeader(_ item: SettingsItem) -> String? {
        guard item.place.key != item.name, Settings.keys.contains(where: { $0.name == item.name })
        else {
            return nil
        }
        return "\"\(item.name)\" is not a key of a table: put it above the first line in brackets"
    }
}
