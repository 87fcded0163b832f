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
