internal import Glibc
internal import Synchronization

/// Renews a worker's lease and recovers the tasks of dead workers, on a thread of its own: it never waits
/// behind work.
final class Heartbeat {
    private let thread: pthread_t
    /// Closing its writing end ends the thread.
    private let alarm: Pipe
    private let health = Health()

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - held: what the worker holds.
    ///   - served: the queues from which the worker takes tasks.
    ///   - connect: makes a connection; called on the thread, again after each failure.
    ///   - report: is told what was recovered, on the thread.
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
                    connect: connect,
                    report: report
                )
                while !Self.isStopped(alarm.read, within: beat.pause) {
                    beat.beat()
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

    /// Gives the lease up and ends the thread; if the broker does not answer, the lease has to run out.
    func stop() {
        close(alarm.write)
        Thread.join(thread, within: Self.patience)
    }

    /// How long the last words to the broker may take.
    private static let patience: Duration = .seconds(5)

    /// Does the same, and does not wait for it: the broker may be gone.
    func abandon() {
        close(alarm.write)
        pthread_detach(thread)
    }

    private static func isStopped(_ alarm: Int32, within interval: Duration) -> Bool {
        var entry = pollfd(fd: alarm, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, PollTimeout.milliseconds(until: .now + interval)) > 0
    }
}

/// What the heartbeat's thread does, beat by beat.
private struct HeartbeatLoop {
    let held: HeldTags
    let served: ServedQueues
    let connect: () throws(BrokerError) -> any LeaseKeeper
    let report: (WorkerEvent) -> Void
    private var keeper: (any LeaseKeeper)?
    private var failures = 0
    /// The last beat: it takes its time where much is to be recovered.
    private var begunAt = ContinuousClock.now

    init(
        held: HeldTags,
        served: ServedQueues,
        connect: @escaping () throws(BrokerError) -> any LeaseKeeper,
        report: @escaping (WorkerEvent) -> Void
    ) {
        self.held = held
        self.served = served
        self.connect = connect
        self.report = report
    }

    mutating func beat() {
        begunAt = .now
        do throws(BrokerError) {
            let keeper = try opened()
            if try !keeper.renewLease(holding: held.all, serving: served.all) { report(.leaseLost) }
            for (worker, tasks) in try keeper.recoverTasks() {
                report(.recovered(worker: worker, tasks: tasks))
            }
            failures = 0
        } catch {
            // The worker's own connection tells of an outage; one that lasts, or is the heartbeat's alone,
            // is told here, once.
            keeper = nil
            failures += 1
            if failures == 2 { report(.heartbeatFailed(error)) }
        }
    }

    var isFailing: Bool { failures > 0 }

    /// Until the next beat: a lease that could not be renewed has not long to run.
    var pause: Duration {
        switch failures {
        case 0: max(ContinuousClock.now.duration(to: begunAt + Lease.renewalInterval), .zero)
        // It may have been the connection alone.
        case 1: .milliseconds(100)
        default: .seconds(1)
        }
    }

    mutating func end() {
        // A broker that is gone will see the lease run out: it is not waited for.
        guard failures == 0 else { return }
        try? opened().releaseLease(serving: served.all)
    }

    private mutating func opened() throws(BrokerError) -> any LeaseKeeper {
        if let keeper { return keeper }
        let opened = try connect()
        keeper = opened
        return opened
    }
}
