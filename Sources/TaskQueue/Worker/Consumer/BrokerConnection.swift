/// What a worker needs to speak to its broker.
package struct BrokerConnection {
    package let broker: any Broker
    /// Where results go; `nil` if the broker holds them.
    package let backend: (any ResultBackend)?
    package let arrivals: any ArrivalWatch
    /// The worker's lease, which it has taken.
    package let leases: any LeaseKeeper

    package init(
        broker: any Broker,
        backend: (any ResultBackend)?,
        arrivals: any ArrivalWatch,
        leases: any LeaseKeeper
    ) {
        self.broker = broker
        self.backend = backend
        self.arrivals = arrivals
        self.leases = leases
    }
}
