/// What the thread of a ``Heartbeat`` does, beat by beat, at times that are passed in.
struct HeartbeatLoop {
    let held: HeldTags
    let served: ServedQueues
    let connect: () throws(BrokerError) -> any LeaseKeeper
    let report: (WorkerEvent) -> Void
    private var keeper: (any LeaseKeeper)?
    private var failures = 0
    /// The last beat: it takes its time if there is much to recover.
    private var begunAt: Instant

    init(
        held: HeldTags,
        served: ServedQueues,
        from now: Instant,
        connect: @escaping () throws(BrokerError) -> any LeaseKeeper,
        report: @escaping (WorkerEvent) -> Void
    ) {
        self.held = held
        self.served = served
        begunAt = now
        self.connect = connect
        self.report = report
    }

    /// Renews the lease, and recovers the tasks of dead workers.
    mutating func beat(at now: Instant) {
        begunAt = now
        do throws(BrokerError) {
            let keeper = try opened()
            if try !keeper.renewLease(holding: held.all, serving: served.all) { report(.leaseLost) }
            for (worker, tasks) in try keeper.recoverTasks() {
                report(.recovered(worker: worker, tasks: tasks))
            }
            failures = 0
        } catch {
            // The worker's own connection reports an outage; one that lasts, or concerns the heartbeat alone,
            // is reported here, once.
            keeper = nil
            failures += 1
            if failures == 2 { report(.heartbeatFailed(error)) }
        }
    }

    var isFailing: Bool { failures > 0 }

    /// The time until the next beat: a lease that could not be renewed does not last long.
    func pause(at now: Instant) -> Duration {
        switch failures {
        case 0: max(begunAt + Lease.renewalInterval - now, .zero)
        // It may have been the connection alone.
        case 1: .milliseconds(100)
        default: .seconds(1)
        }
    }

    /// Gives the lease up.
    mutating func end() {
        // If the broker is gone, the lease runs out: no need to wait for it.
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
