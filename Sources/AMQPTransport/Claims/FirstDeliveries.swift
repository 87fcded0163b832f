internal import Synchronization
internal import TaskQueue

/// When a worker was first given tasks that had been delivered before, over whichever connection.
///
/// It waits once for the claim of another, not again with each connection.
package final class FirstDeliveries: Sendable {
    /// What was not given for so long may have been run elsewhere meanwhile: then it waits anew.
    private static let memory: Duration = .seconds(8)
    private static let mostKept = 10_000

    private let times = Mutex<[String: (first: Instant, last: Instant)]>([:])

    package init() {}

    /// When a task was given first; that is now, if it was not of late.
    func time(of id: String, _ now: Instant) -> Instant {
        times.withLock { times in
            if let (first, last) = times[id], now - last < Self.memory {
                times[id] = (first, now)
                return first
            }
            if times.count >= Self.mostKept {
                times = times.filter { now - $0.value.last < Self.memory }
            }
            times[id] = (now, now)
            return now
        }
    }

    func forget(_ id: String) {
        times.withLock { $0[id] = nil }
    }
}
