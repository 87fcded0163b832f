import TaskQueue

/// Wakes a worker when something was written to a ``MemoryStore``.
final class MemoryArrivalWatch: ArrivalWatch {
    private let store: MemoryStore
    private let bell: Bell

    init(_ store: MemoryStore) {
        self.store = store
        bell = store.newBell()
    }

    deinit {
        store.remove(bell)
    }

    var descriptors: [Int32] { [bell.descriptor] }

    var longestWait: Duration? { nil }

    func clear() throws(BrokerError) { bell.clear() }

    /// Nothing to do: what was written after ``clear()`` has rung.
    func arm() throws(BrokerError) {}
}
