/// Tells when it is worth asking for tasks again.
///
/// The order is: ``clear()``, ``Broker/receive(from:upTo:in:)``, and if that gave less than was asked for
/// ``arm()``; then wait for a descriptor. Nothing that arrives meanwhile is missed.
package protocol ArrivalWatch: AnyObject {
    /// Descriptors that become readable when tasks may have arrived.
    var descriptors: [Int32] { get }

    /// Those of them by which a worker is told of tasks instead of others: while it takes none, it has to
    /// ``decline()``.
    var exclusiveDescriptors: [Int32] { get }

    /// Whether other workers rely on this one to wait, and to let them in: while it takes none, it has to say
    /// so by a ``Broker/receive(from:upTo:in:)`` of none.
    var isRelied: Bool { get }

    /// Why arrivals are noticed late, for the log; `nil`: they are not.
    var notice: String? { get }

    /// How long to wait at most before asking again; `nil`: until a descriptor is readable.
    var longestWait: Duration? { get }

    /// Forgets the arrivals noticed so far: they are about to be taken.
    func clear() throws(BrokerError)

    /// Leaves to others what the ``exclusiveDescriptors`` told.
    func decline() throws(BrokerError)

    /// Makes sure that arrivals from now on are noticed.
    func arm() throws(BrokerError)
}

extension ArrivalWatch {
    package var exclusiveDescriptors: [Int32] { [] }
    package var isRelied: Bool { false }
    package var notice: String? { nil }

    package func decline() throws(BrokerError) {}
}
