/// What a worker needs to speak to its broker.
package struct BrokerConnection {
    package let broker: any Broker
    /// Where results go; `nil` if the broker holds them.
    package let backend: (any ResultBackend)?
    package var arrivals: any ArrivalWatch
    /// The worker's lease, which it has taken; `nil`: the connection is the lease.
    ///
    /// If such a connection is gone, the broker has taken back all that it delivered over it, and none of
    /// that can be acknowledged any more.
    package let leases: (any LeaseKeeper)?
    /// Keeps the connection alive; `nil`: it needs nothing.
    package let keepAlive: (any KeepAlive)?

    package init(
        broker: any Broker,
        backend: (any ResultBackend)?,
        arrivals: any ArrivalWatch,
        leases: (any LeaseKeeper)?,
        keepAlive: (any KeepAlive)? = nil
    ) {
        self.broker = broker
        self.backend = backend
        self.arrivals = arrivals
        self.leases = leases
        self.keepAlive = keepAlive
    }
}
