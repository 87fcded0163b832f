internal import TaskQueue

extension TransportOptions {
    /// Every key of the table.
    static let keys: [SettingsKey<TransportOptions>] = [
        SettingsKey("master_name") { options, item throws(SettingsError) in
            options.masterName = try item.text()
        },
        SettingsKey("sentinel_kwargs") { options, item throws(SettingsError) in
            try SettingsKey.read(item.members(), by: sentinelKeys, into: &options)
        },
    ]

    private static let sentinelKeys: [SettingsKey<TransportOptions>] = [
        SettingsKey("username") { options, item throws(SettingsError) in
            options.sentinelUser = try item.text()
        },
        SettingsKey("password") { options, item throws(SettingsError) in
            options.sentinelPassword = try item.text()
        },
    ]

    /// Reads the table.
    init(_ item: SettingsItem) throws(SettingsError) {
        self.init()
        try SettingsKey.read(item.members(), by: Self.keys, into: &self)
    }
}
