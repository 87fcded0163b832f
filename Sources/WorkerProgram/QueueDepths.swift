#if Metrics
internal import CoreMetrics
internal import Synchronization
import TaskQueue

/// Measures how many tasks wait on a worker's queues, every ten seconds, on a thread and a connection of its
/// own.
final class QueueDepths: Sendable {
    private static let interval: Duration = .seconds(10)

    private struct State {
        var queues: [QueueName]
        var isStarted = false
        var isStopped = false
    }

    private let state: Mutex<State>
    /// `nil`: no descriptor was left for it, so that nothing is measured.
    private let wake = try? WakeEvent()
    private let connect: @Sendable () throws(BrokerError) -> any QueueCounting

    init(
        _ queues: [QueueName],
        _ connect: @escaping @Sendable () throws(BrokerError) -> any QueueCounting
    ) {
        state = Mutex(State(queues: queues))
        self.connect = connect
    }

    /// Starts the thread, if it has not been started.
    func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        // Without a thread nothing is measured.
        if isFirst, let wake { try? Thread.startDetached { self.measure(wake) } }
    }

    /// Measures these queues from now on.
    func serve(_ queues: [QueueName]) {
        state.withLock { $0.queues = queues }
        wake?.signal()
    }

    /// Ends the thread, and does not wait for it: it may be waiting for the broker.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake?.signal()
    }

    private func measure(_ wake: WakeEvent) {
        var broker: (any QueueCounting)?
        var meters: [QueueName: Meter] = [:]
        while true {
            wake.reset()
            let (queues, isStopped) = state.withLock { ($0.queues, $0.isStopped) }
            if isStopped { break }
            for gone in meters.keys where !queues.contains(gone) {
                meters.removeValue(forKey: gone)?.destroy()
            }
            do throws(BrokerError) {
                let opened = if let broker { broker } else { try connect() }
                broker = opened
                for queue in queues {
                    let count = try opened.count(waitingIn: queue)
                    if meters[queue] == nil { meters[queue] = Self.meter(queue) }
                    meters[queue]?.set(count)
                }
            } catch {
                if case .unable = error { break }
                // The worker tells of an outage.
                broker = nil
            }
            wake.wait(until: .now + Self.interval)
        }
        for meter in meters.values { meter.destroy() }
    }

    private static func meter(_ queue: QueueName) -> Meter {
        Meter(label: "tq.queue.depth", dimensions: [("queue", queue.text)])
    }
}
#endif
