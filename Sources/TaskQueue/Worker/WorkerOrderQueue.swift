internal import Synchronization

/// Orders for a worker from within its process.
package final class WorkerOrderQueue: WorkerOrderSource, Sendable {
    private let bell: Bell
    private let waiting = Mutex<[WorkerOrder]>([])

    /// - Throws: ``ResourceShortage``.
    package init() throws(ResourceShortage) {
        bell = try Bell()
    }

    package var descriptor: Int32 { bell.descriptor }

    package func give(_ order: WorkerOrder) {
        // With the lock held: it is rung while there is something.
        waiting.withLock { waiting in
            waiting.append(order)
            bell.ring()
        }
    }

    package func nextOrder() -> WorkerOrder? {
        waiting.withLock { waiting in
            guard waiting.isEmpty else { return waiting.removeFirst() }
            bell.silence()
            return nil
        }
    }
}
