/// Deadlines of many things, the nearest first: a binary heap.
///
/// What is not needed any more stays until its time comes; whoever takes it out looks whether it still
/// counts.
package struct DeadlineQueue<Key> {
    private var heap: [(at: Instant, key: Key)] = []

    package init() {}

    /// The nearest; `nil`: there is none.
    package var first: Instant? { heap.first?.at }

    package var count: Int { heap.count }

    /// Drops all that do not count any more.
    package mutating func keep(_ counts: (Key) -> Bool) {
        let kept = heap.filter { counts($0.key) }
        heap = []
        for entry in kept { insert(entry.key, at: entry.at) }
    }

    package mutating func insert(_ key: Key, at deadline: Instant) {
        heap.append((deadline, key))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the nearest if its time has come; `nil`: no time has.
    package mutating func popDue(_ now: Instant) -> Key? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink()
        return first.key
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].at < heap[least].at {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
