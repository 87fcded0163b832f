internal import Glibc
package import TaskQueue
internal import TaskSchedules

/// Sends firings when they are due, as long as it has the lease.
///
/// ``Beat`` says what is due. Otherwise it waits, for the lease, for the broker or for the next firing; all
/// on one thread.
package final class BeatDriver {
    /// The longest wait: the clock on the wall may be set meanwhile.
    private static let longestWait: Duration = .seconds(1)
    /// How often to check the zone database.
    private static let zoneInterval: Duration = .seconds(60)

    var beat: Beat
    var live: LiveRoster
    var messages: BeatMessages
    var lease: BeatLease
    /// Names the broker: see ``BeatStore/installation()``; as of the last time that it became the leader.
    private(set) var installation = ""
    private let connect: () throws(BrokerError) -> any BeatStore
    let report: (BeatEvent) -> Void
    /// What time it is.
    let clock: () -> Moment

    /// `nil`: there is no connection.
    private var store: (any BeatStore)?
    var isLeading = false
    /// The leader, as last reported.
    private var leader: String?
    /// When the lease was had for the asking last.
    private var lastHeld: Instant
    /// When the lease is asked for, or the broker is tried, again.
    var nextLook: Instant
    private var nextZones: Instant
    /// What the clock on the wall showed last.
    private var lastTurn: Timestamp
    private var delay = ReconnectDelay()

    /// - Parameters:
    ///   - configuration: the entries, and how they are sent.
    ///   - grace: see ``Beat/grace``.
    ///   - clock: tells what time it is.
    ///   - connect: makes a connection, again after each failure.
    ///   - report: called with what happens.
    /// - Throws: ``TimeZoneError`` if an entry's zone is not in the database.
    package init(
        _ configuration: BeatConfiguration,
        grace: Duration = .seconds(15),
        clock: @escaping () -> Moment = { .now },
        connect: @escaping () throws(BrokerError) -> any BeatStore,
        report: @escaping (BeatEvent) -> Void
    ) throws(TimeZoneError) {
        let now = clock()
        self.clock = clock
        (lastHeld, nextLook, lastTurn) = (now.instant, now.instant, now.time)
        nextZones = now.instant + Self.zoneInterval
        beat = try Beat(
            configuration.entries,
            default: configuration.zone,
            grace: grace,
            at: now.time
        )
        messages = configuration.messages
        live = LiveRoster(besides: configuration.entries.map(\.name))
        lease = Self.lease(configuration, holder: BeatLease.newHolder())
        self.connect = connect
        self.report = report
    }

    private static func lease(_ configuration: BeatConfiguration, holder: String) -> BeatLease {
        BeatLease(entries: configuration.entries.map(\.name), holder: holder)
    }
}

// MARK: - Running

extension BeatDriver {
    /// Runs until it is told to stop, and then gives the lease back.
    ///
    /// - Parameters:
    ///   - descriptor: becomes readable when there are orders.
    ///   - orders: the next order; `nil`: there is none.
    ///   - isPatient: whether to wait also for a broker that cannot be reached at the start.
    ///   - pulse: called in every round in which the broker was there, at most a second apart.
    /// - Throws: ``BrokerError`` if the broker cannot be reached at the start; later it is waited for.
    package func run(
        woken descriptor: Int32,
        orders: () -> BeatRequest?,
        isPatient: Bool = false,
        pulse: () -> Void = {}
    ) throws(BrokerError) {
        do throws(BrokerError) { try lead(connected()) } catch {
            if case .refused = error {} else if !isPatient { throw error }
            failed(error)
        }
        report(.ready)
        while true {
            while let order = orders() {
                guard case .reload(let configuration) = order else { return stop() }
                if let configuration { adopt(configuration) }
                report(.ready)
            }
            turn()
            if store != nil { pulse() }
            wait(for: descriptor)
        }
    }

    /// Sends what is due and comes back.
    ///
    /// - Returns: how many entries there are, including live ones; `nil`: another process sends.
    /// - Throws: ``BrokerError``.
    package func runOnce() throws(BrokerError) -> Int? {
        let store = try connected()
        try lead(store)
        guard isLeading else { return nil }
        try fire(store)
        try store.release(lease)
        return beat.indices.count
    }

    private func connected() throws(BrokerError) -> any BeatStore {
        if let store { return store }
        let new = try connect()
        store = new
        return new
    }

    private func turn() {
        readZones()
        lookAtClock()
        guard store != nil || nextLook <= clock().instant else { return }
        do throws(BrokerError) {
            let store = try connected()
            if nextLook <= clock().instant { try lead(store) }
            if isLeading { try fire(store) }
            if delay.isFailing {
                delay.reset()
                report(.brokerIsBack)
            }
        } catch {
            failed(error)
        }
    }

    private func failed(_ error: BrokerError) {
        store = nil
        isLeading = false
        leader = nil
        let pause = delay.next()
        nextLook = clock().instant + pause
        report(.brokerFailed(error, pause))
    }

    private func stop() {
        report(.stopping)
        if isLeading, let store { try? store.release(lease) }
    }

    private func adopt(_ configuration: BeatConfiguration) {
        guard
            let beat = try? Beat(
                configuration.entries,
                default: configuration.zone,
                grace: beat.grace,
                at: clock().time
            )
        else { return }
        self.beat = beat
        live = LiveRoster(besides: configuration.entries.map(\.name))
        messages = configuration.messages
        let new = Self.lease(configuration, holder: lease.holder)
        if new != lease, isLeading, let store { try? store.release(lease) }
        lease = new
        isLeading = false
        if store != nil { nextLook = clock().instant }
    }

    private func wait(for descriptor: Int32) {
        let now = clock()
        var end = min(now.instant + Self.longestWait, max(nextLook, now.instant))
        if isLeading, let next = beat.nextSending {
            end = min(end, now.instant + (next - now.time))
        }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, PollTimeout.milliseconds(until: end))
    }

    private func readZones() {
        let now = clock().instant
        guard nextZones <= now else { return }
        nextZones = now + Self.zoneInterval
        beat.readZones()
    }

    /// If the clock was set back, firings that were sent before may come once more.
    private func lookAtClock() {
        let now = clock().time
        if now < lastTurn, isLeading { reportThoseAhead() }
        lastTurn = now
    }
}

// MARK: - Leading

extension BeatDriver {
    /// Asks for the lease, or to keep it; a new leader goes on from what the broker remembers.
    func lead(_ store: any BeatStore) throws(BrokerError) {
        let asked = clock().instant
        switch try store.take(lease) {
        case .held:
            nextLook = asked + BeatLease.renewalInterval
            // After a stop for longer than the lease lasts, it does not know what others have sent of live entries.
            if asked - lastHeld > BeatLease.length { isLeading = false }
            lastHeld = asked
            if isLeading { return try readLive(store) }
            installation = try store.installation()
            beat.adopt(try store.register(beat.registrations, at: clock().time))
            live.forget()
            try readLive(store)
            isLeading = true
            if leader != lease.holder { report(.leads(entries: beat.indices.count)) }
            leader = lease.holder
            reportThoseAhead()
        case .heldByOther(let other, let remaining):
            // A millisecond later it has run out if it is not renewed.
            nextLook = asked + min(remaining + .milliseconds(1), Self.longestWait)
            isLeading = false
            if leader != other { report(.follows(other)) }
            leader = other
        }
    }

    private func reportThoseAhead() {
        let limit = clock().time + .seconds(60)
        for index in beat.indices where beat.record(of: index).lastFiring > limit {
            report(.ahead(beat.entry(index), lastFiring: beat.record(of: index).lastFiring))
        }
    }
}
