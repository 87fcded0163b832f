import TaskQueue

/// Wakes a worker when something was written to a ``MemoryStore``.
final class MemoryArrivalWatch: ArrivalWatch {
    private let store: MemoryStore
    private let bell: Bell
    private var isSuspended = false

    init(_ store: MemoryStore) {
        self.store = store
        bell = store.newBell()
    }

    deinit {
        store.remove(bell)
    }

    var descriptors: [Int32] { isSuspended ? [] : [bell.descriptor] }

    var longestWait: Duration? { nil }

    func clear() throws(BrokerError) {
        isSuspended = false
        bell.clear()
    }

    /// What was written after ``clear()`` has rung.
    func resume(upTo limit: Int) throws(BrokerError) { isSuspended = false }

    func suspend() throws(BrokerError) { isSuspended = true }
}
