/// What a worker needs to speak to its broker.
package struct BrokerConnection {
    package let broker: any Broker
    /// Where results go; `nil` if the broker holds them.
    package let backend: (any ResultBackend)?
    package let arrivals: any ArrivalWatch

    package init(
        broker: any Broker,
        backend: (any ResultBackend)?,
        arrivals: any ArrivalWatch
    ) {
        self.broker = broker
        self.backend = backend
        self.arrivals = arrivals
    }
}
