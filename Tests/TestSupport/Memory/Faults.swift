import Synchronization
package import TaskQueue

/// What is to go wrong with a broker, set by a test.
package final class Faults: Sendable {
    /// When a call fails: before it has done anything, or when only its answer is lost.
    package enum Phase { case before, after }

    package static let loss = BrokerError.connectionLost(
        url: "memory:",
        reason: "as the test wants it"
    )

    private let next = Mutex<[(call: String, phase: Phase)]>([])

    package init() {}

    /// Has the next call of that name fail.
    package func fail(_ call: String, _ phase: Phase = .before) {
        next.withLock { $0.append((call, phase)) }
    }

    /// Fails if it is to.
    package func pass(_ call: String, _ phase: Phase) throws(BrokerError) {
        let isDue = next.withLock { next in
            guard let index = next.firstIndex(where: { $0 == (call, phase) }) else { return false }
            next.remove(at: index)
            return true
        }
        if isDue { throw Self.loss }
    }
}
