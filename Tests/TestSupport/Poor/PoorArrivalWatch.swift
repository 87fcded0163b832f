import TaskQueue

/// Tells what a ``PoorServer`` tells over one of its connections: that something was written, or has fallen
/// due.
final class PoorArrivalWatch: ArrivalWatch {
    private let broker: PoorBroker
    private let store: MemoryStore
    private let arrivals: WakePipe
    private var isSuspended = false

    init(_ broker: PoorBroker, arrivals store: MemoryStore) {
        self.broker = broker
        self.store = store
        arrivals = store.newPipe()
    }

    deinit {
        store.remove(arrivals)
    }

    var descriptors: [Int32] { isSuspended ? [] : [arrivals.descriptor] }

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
