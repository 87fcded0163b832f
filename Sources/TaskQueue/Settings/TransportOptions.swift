/// What a settings file says of a transport beside its URL: `broker_transport_options`,
/// `result_backend_transport_options`.
package struct TransportOptions: Hashable, Sendable {
    /// `master_name`: how Sentinel calls the server.
    package var masterName: String?
    /// `username` of `sentinel_kwargs`: as whom to ask the sentinels; `nil`: the default user.
    package var sentinelUser: String?
    /// `password` of `sentinel_kwargs`; `nil`: they do not ask for one.
    package var sentinelPassword: String?

    package init() {}
}

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
