import TaskQueue

/// Tells what a ``PoorServer`` tells over one of its connections: that something was written or has fallen
/// due, and that it has closed the connection.
final class PoorArrivalWatch: ArrivalWatch {
    private let broker: PoorBroker
    private let store: MemoryStore
    private let arrivals: Bell
    private let closing: Bell
    private var isSuspended = false

    init(_ broker: PoorBroker, arrivals store: MemoryStore, closing: Bell) {
        self.broker = broker
        self.store = store
        self.closing = closing
        arrivals = store.newBell()
    }

    deinit {
        store.remove(arrivals)
    }

    var descriptors: [Int32] {
        isSuspended ? [closing.descriptor] : [closing.descriptor, arrivals.descriptor]
    }

    var longestWait: Duration? { nil }

    func clear() throws(BrokerError) {
        try broker.attend()
        isSuspended = false
        arrivals.clear()
    }

    /// What was written after ``clear()`` has rung.
    func resume(upTo limit: Int) throws(BrokerError) {
        try broker.attend()
        isSuspended = false
    }

    func suspend() throws(BrokerError) {
        try broker.attend()
        isSuspended = true
    }
}
