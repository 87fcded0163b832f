import TaskQueue

/// Wakes a worker when something was written to a ``MemoryStore``.
final class MemoryArrivalWatch: ArrivalWatch {
    private let store: MemoryStore
    private let wake: WakePipe
    private var isSuspended = false

    init(_ store: MemoryStore) {
        self.store = store
        wake = store.newPipe()
    }

    deinit {
        store.remove(wake)
    }

    var descriptors: [Int32] { isSuspended ? [] : [wake.descriptor] }

    var longestWait: Duration? { nil }

    func clear() throws(BrokerError) {
        isSuspended = false
        wake.clear()
    }

    /// What was written after ``clear()`` has rung.
    func resume(upTo limit: Int) throws(BrokerError) { isSuspended = false }

    func suspend() throws(BrokerError) { isSuspended = true }
}
