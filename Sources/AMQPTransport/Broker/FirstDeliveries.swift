internal import Synchronization
internal import TaskQueue

/// When a worker was first given tasks that had been delivered before, over whichever connection: who is given one again
/// need not wait again for whoever has it.
package final class FirstDeliveries: Sendable {
    private static let memory: Duration = .seconds(600)
    private static let mostKept = 10_000

    private let times = Mutex<[String: Instant]>([:])

    package init() {}

    /// When a task was given first; that is now, if it was not.
    func time(of id: String, _ now: Instant) -> Instant {
        times.withLock { times in
            if let time = times[id], now - time < Self.memory { return time }
            if times.count >= Self.mostKept {
                times = times.filter { now - $0.value < Self.memory }
            }
            times[id] = now
            return now
        }
    }

    func forget(_ id: String) {
        times.withLock { $0[id] = nil }
    }
}
