internal import Synchronization
internal import TaskQueue

/// When a worker was first given tasks that had been delivered before, over whichever connection: who is given one again
/// need not wait again for whoever has it.
package final class FirstDeliveries: Sendable {
    /// Who has not been given a task for so long does not know who has it meanwhile.
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
