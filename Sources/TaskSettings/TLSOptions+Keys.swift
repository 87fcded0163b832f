internal import TaskQueue

extension TLSOptions {
    /// Every key of the table.
    static let keys: [SettingsKey<TLSOptions>] = names.map { name in
        SettingsKey(name) { options, item throws(SettingsError) in
            let value =
                name == "ssl_check_hostname" ? "\(try item.boolean())" : try item.text()
            if let problem = options.set(name, to: value, folder: item.folder) {
                throw item.badValue(problem)
            }
        }
    }

    /// Reads `broker_use_ssl` or `redis_backend_use_ssl`: a table, or `true` for TLS as it is without one.
    ///
    /// - Returns: `nil` for `false`.
    /// - Throws: ``SettingsError``.
    static func read(_ item: SettingsItem) throws(SettingsError) -> TLSOptions? {
        var options = TLSOptions()
        switch item.value.content {
        case .boolean(let isWanted): return isWanted ? options : nil
        case .table:
            try SettingsKey.read(item.members(), by: keys, into: &options)
            return options
        default: throw item.wrongType("a table, true or false")
        }
    }
}
