import Synchronization
import TaskQueue

/// Notes whether a worker has left tasks behind that it could not run, for its exit status.
final class Leftovers: Sendable {
    private let isLeft = Atomic(false)

    func note(_ event: WorkerEvent) {
        if case .leftUnrun = event { isLeft.store(true, ordering: .relaxed) }
    }

    var any: Bool { isLeft.load(ordering: .relaxed) }
}
