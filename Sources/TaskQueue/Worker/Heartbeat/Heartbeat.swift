internal import Glibc
internal import Synchronization

/// Renews a worker's lease and recovers the tasks of dead workers, on a thread of its own: it never waits
/// behind work.
final class Heartbeat {
    private let thread: Thread
    /// Closing its writing end ends the thread.
    private let alarm: Pipe
    private let health = Health()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - held: what the worker holds.
    ///   - served: the queues that the worker takes tasks from.
    ///   - connect: makes a connection; called on the thread, again after each failure.
    ///   - report: called on the thread with what was recovered.
    /// - Throws: ``ResourceShortage``.
    init(
        held: HeldTags,
        served: ServedQueues,
        connect: @escaping @Sendable () throws(BrokerError) -> any LeaseKeeper,
        report: @escaping @Sendable (WorkerEvent) -> Void
    ) throws(ResourceShortage) {
        guard let alarm = Pipe() else { throw ResourceShortage(.descriptor) }
        self.alarm = alarm
        do throws(ResourceShortage) {
            thread = try Thread.start { [health] in
                var beat = HeartbeatLoop(
                    held: held,
                    served: served,
                    from: .now,
                    connect: connect,
                    report: report
                )
                while !Self.isStopped(alarm.read, within: beat.pause(at: .now)) {
                    beat.beat(at: .now)
                    health.isGood.store(!beat.isFailing, ordering: .relaxed)
                }
                beat.end()
                close(alarm.read)
            }
        } catch {
            alarm.close()
            throw error
        }
    }

    /// Whether the last renewal of the lease succeeded.
    var isHealthy: Bool { health.isGood.load(ordering: .relaxed) }

    /// Shared with the thread.
    private final class Health: Sendable {
        let isGood = Atomic(true)
    }

    /// Gives the lease up and ends the thread; if the broker does not answer, the lease runs out.
    func stop() {
        close(alarm.write)
        thread.join(within: Self.patience)
    }

    /// How long the last words to the broker may take.
    private static let patience: Duration = .seconds(5)

    /// Does the same without waiting for it: the broker may be gone.
    func abandon() {
        close(alarm.write)
        thread.leave()
    }

    private static func isStopped(_ alarm: Int32, within interval: Duration) -> Bool {
        var entry = pollfd(fd: alarm, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, PollTimeout.milliseconds(until: .now + interval)) > 0
    }
}
