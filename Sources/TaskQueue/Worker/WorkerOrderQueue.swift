internal import Synchronization

/// Orders for a worker from within its process.
package final class WorkerOrderQueue: WorkerOrderSource, Sendable {
    private let bell = Bell()
    private let waiting = Mutex<[WorkerOrder]>([])

    package init() {}

    package var descriptor: Int32 { bell.descriptor }

    package func give(_ order: WorkerOrder) {
        waiting.withLock { $0.append(order) }
        bell.ring()
    }

    package func nextOrder() -> WorkerOrder? {
        bell.silence()
        return waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}
