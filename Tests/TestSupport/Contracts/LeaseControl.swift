/// What the contract does to the leases of a store's workers, from outside.
package struct LeaseControl: Sendable {
    /// Lets the lease of the worker with an id run out, and its process have ended.
    package let expire: @Sendable (_ worker: String) async throws -> Void
    /// Lets all leases have run out, because for some seconds more than a lease lasts nobody could renew one.
    package let beginOutage: @Sendable () async throws -> Void
    /// Lets the time be over that workers have after an outage to come back.
    package let endOutage: @Sendable () async throws -> Void

    package init(
        expire: @escaping @Sendable (_ worker: String) async throws -> Void,
        beginOutage: @escaping @Sendable () async throws -> Void,
        endOutage: @escaping @Sendable () async throws -> Void
    ) {
        self.expire = expire
        self.beginOutage = beginOutage
        self.endOutage = endOutage
    }
}
