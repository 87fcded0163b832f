/// Tells when it is worth asking for tasks again.
///
/// To get tasks, call in this order: ``clear()``, ``Broker/receive(from:upTo:in:)``, and if that gave less
/// than was asked for ``resume(upTo:)``; then wait for a descriptor. Nothing that arrives meanwhile is
/// missed. To get none for a while, call ``suspend()``.
package protocol ArrivalWatch: AnyObject {
    /// Descriptors to wait for: they become readable when tasks may have arrived or, while it is suspended,
    /// when ``suspend()`` is to be called again.
    ///
    /// They change with each call below.
    var descriptors: [Int32] { get }

    /// Why arrivals are noticed late, for the log; `nil`: they are not.
    var notice: String? { get }

    /// The longest wait before asking again; `nil`: until a descriptor is readable. Zero: tasks have been read
    /// already, or ``resume(upTo:)`` is to be called again.
    var longestWait: Duration? { get }

    /// Forgets the arrivals noticed so far: they are about to be taken.
    func clear() throws(BrokerError)

    /// Makes sure that arrivals from now on are noticed.
    ///
    /// - Parameter limit: how many tasks are wanted; no more need to be sent ahead.
    /// - Throws: ``BrokerError`` if nothing can be noticed.
    func resume(upTo limit: Int) throws(BrokerError)

    /// Leaves arrivals to others from now on, including those that were not taken.
    func suspend() throws(BrokerError)
}

extension ArrivalWatch {
    package var notice: String? { nil }
}
