/// The decisions of the consumer: when to connect, what to write, when to ask for tasks, how long to wait.
///
/// It does no I/O and reads no clock. ``ConsumerLoop`` carries out what ``next(at:)`` says, and reports
/// the result with one of the methods that follow it.
struct ConsumerState {
    private enum Link {
        /// `until`: when it is tried again; `nil`: at once.
        case down(until: Instant?)
        case up
    }

    private enum Listening {
        /// Not since the last look at the queues.
        case undecided
        case suspended
        case resumed(upTo: Int)
    }

    /// The time between two looks at queues for a task that should be due.
    static let shortestLook: Duration = .milliseconds(10)
    /// A connection that has lasted this long was a good one, and the next failure counts as the first.
    static let shortestUp: Duration = .seconds(1)
    /// How long to wait before writing blocked outcomes again.
    static let settlingPause: Duration = .seconds(5)

    private var requests: ConsumerRequests
    private var settlements = Settlements()
    private var progress: [ProgressReport] = []
    /// When to write blocked outcomes again; `nil`: there are none.
    private var nextSettling: Instant?
    /// The last report about parts that do not work, while the others do.
    private var obstacle: BrokerError?
    private var complaint: BrokerError?
    /// How many tasks were taken in all.
    private var taken = 0

    private var link = Link.down(until: nil)
    /// The queues on which the connection waits.
    private(set) var queues: [QueueName] = []
    private var hasBeenUp = false
    /// Since when all has gone well; `nil`: it has not.
    ///
    /// On a full disk a connection can be made, but nothing else.
    private var upSince: Instant?
    /// Whether the worker knows that.
    private var isTold = false
    private var wasEverTold = false
    private var delay = ReconnectDelay()

    /// When a sign of life is due; `nil`: the connection needs none.
    private var nextSign: Instant?
    private var hold = ConnectionHold()

    private var listening = Listening.undecided
    /// The longest that the connection lets one wait before looking at the queues.
    private var longestWait: Duration?
    /// Whether the last look at the queues found less than was asked for.
    private var queuesAreEmpty = false
    /// How many tasks had been taken when the last one was under suspicion: no more are taken until the worker
    /// has it and says how many.
    private var takenWithSuspect = 0
    private var lookedAt: Instant?
    /// How many were asked for then.
    private var asked = (limit: 0, solitude: Solitude.none)
    /// When a delayed task falls due, as seen by the last look; `nil`: none is known.
    private var nextDue: Timestamp?
    /// When a task that the worker itself has put back falls due, which the last look cannot have seen;
    /// `nil`: there is none.
    private var ownDue: Timestamp?

    init(_ requests: ConsumerRequests) {
        self.requests = requests
    }

    /// The worker's requests, as of now.
    mutating func absorb(_ requests: ConsumerRequests) {
        self.requests = requests
        self.requests.clear()
        for settlement in requests.settlements {
            add(settlement)
            nextSettling = nil
            if let due = settlement.due { ownDue = min(ownDue ?? due, due) }
        }
        for report in requests.progress where !hold.isGone(report.delivery) {
            progress.append(report)
        }
        if requests.looksAgain { queuesAreEmpty = false }
    }

    private mutating func add(_ settlement: WorkerState.Settlement) {
        if hold.settles(settlement) {
            settlements.add(settlement)
        } else {
            settlements.addGone(settlement)
        }
    }

    /// How many tasks may be taken now.
    private var wanted: Int {
        requests.received < takenWithSuspect ? 0 : max(requests.granted - taken, 0)
    }

    /// How far the worker is by itself: not at all, if some taken tasks have not come to it.
    private var solitude: Solitude { taken == requests.received ? requests.solitude : .none }

    /// Whether it should end, and has nothing left to do.
    private var isDone: Bool {
        requests.isClosing && settlements.isEmpty && taken == requests.received
    }
}

// MARK: - What to do

extension ConsumerState {
    /// The next thing to do.
    ///
    /// - Parameter now: as the broker's clock has it.
    /// - Returns: an action; one of the methods below takes its result, unless it needs no answer.
    mutating func next(at now: Moment) -> ConsumerAction {
        if requests.isAbandoned { return .end }
        if case .down(let until) = link {
            if isDone { return .end }
            if let until, now.instant < until { return .wait(until: until) }
            return .connect(requests.queues, isFirst: !hasBeenUp)
        }
        if let nextSign, nextSign <= now.instant { return .tend }
        if requests.queues != queues { return .watch(requests.queues) }
        if let writing = nextWriting(at: now.instant) { return writing }
        if let taking = nextTaking(at: now.instant) { return taking }
        if upSince == nil { upSince = now.instant }
        if let nextTelling, nextTelling <= now.instant {
            (isTold, wasEverTold) = (true, true)
            return .tellOpened
        }
        if isDone { return .end }
        let deadlines = [nextLook(after: now), nextSettling, nextSign, nextTelling]
        return .wait(until: deadlines.compactMap(\.self).min())
    }

    /// When the worker is told that the broker is there: the first time at once, later when a connection has
    /// proved good; `nil`: it was told.
    private var nextTelling: Instant? {
        guard !isTold, let upSince else { return nil }
        return wasEverTold ? upSince + Self.shortestUp : upSince
    }

    private mutating func nextWriting(at now: Instant) -> ConsumerAction? {
        if !settlements.isEmpty, nextSettling.map({ $0 <= now }) ?? true {
            defer { settlements = Settlements() }
            return .settle(settlements)
        }
        guard !progress.isEmpty else { return nil }
        defer { progress = [] }
        return .report(progress)
    }

    private mutating func nextTaking(at now: Instant) -> ConsumerAction? {
        let wanted = wanted
        guard wanted > 0 else {
            if case .suspended = listening { return nil }
            listening = .suspended
            return .suspend
        }
        guard queuesAreEmpty else {
            lookedAt = now
            asked = (wanted, solitude)
            listening = .undecided
            return .receive(upTo: wanted, in: solitude)
        }
        if case .resumed(upTo: wanted) = listening { return nil }
        listening = .resumed(upTo: wanted)
        return .resume(upTo: wanted)
    }

    /// When to look at the queues again although nothing was announced: a delayed task falls due, or the
    /// broker does not announce everything.
    private func nextLook(after now: Moment) -> Instant? {
        guard wanted > 0, let lookedAt else { return nil }
        // The broker's clock decides what is due, and may be behind ours.
        let due = [nextDue, ownDue].compactMap(\.self).min().map {
            max(now.instant + ($0 - now.time), lookedAt + Self.shortestLook)
        }
        return [due, longestWait.map { lookedAt + $0 }].compactMap(\.self).min()
    }
}

// MARK: - What came of it

extension ConsumerState {
    /// There is a connection.
    ///
    /// - Parameters:
    ///   - longestWait: the longest wait before looking at the queues again.
    ///   - isLease: whether its deliveries are held for exactly as long as it lasts.
    ///   - nextSign: when a sign of life is due; `nil`: it needs none.
    mutating func connected(
        longestWait: Duration?,
        isLease: Bool = false,
        nextSign: Instant? = nil
    ) {
        link = .up
        hasBeenUp = true
        // Meanwhile others may be given what runs here: see ``RunClaims``.
        if isLease, !hold.isLease { delay = ReconnectDelay(longest: .seconds(2)) }
        hold.isLease = isLease
        self.nextSign = nextSign
        watches(requests.queues, longestWait: longestWait)
    }

    /// A sign of life was given; the next is due then.
    mutating func tended(until nextSign: Instant) { self.nextSign = nextSign }

    /// It now waits for tasks of other queues.
    mutating func watches(_ queues: [QueueName], longestWait: Duration?) {
        self.queues = queues
        self.longestWait = longestWait
        listening = .undecided
        queuesAreEmpty = false
        (lookedAt, nextDue) = (nil, nil)
    }

    /// Outcomes were written, except those that are left.
    ///
    /// - Returns: what blocks those, if that is news; they are tried again after ``settlingPause``.
    mutating func settled(
        leaving left: Settlements,
        at now: Instant
    ) -> BrokerError? {
        settlements = left
        nextSettling = left.isEmpty ? nil : now + Self.settlingPause
        defer { obstacle = left.obstacle }
        return left.obstacle == obstacle ? nil : left.obstacle
    }

    /// A look at the queues has found these.
    ///
    /// - Parameters:
    ///   - deliveries: the taken tasks.
    ///   - suspectsLeft: what was left because the worker is not by itself.
    ///   - nextDue: when the next delayed task falls due; `nil`: none is known.
    ///   - now: by the broker's clock.
    ///   - clockOffset: how far that clock is ahead of ours.
    /// - Returns: the report for the worker.
    mutating func received(
        _ deliveries: [Delivery],
        leaving suspectsLeft: SuspectsLeft,
        nextDue: Timestamp?,
        at now: Moment,
        clockOffset: Duration
    ) -> QueueLook {
        taken += deliveries.count
        hold.took(deliveries)
        let isSuspect = deliveries.first?.isSuspect ?? false
        if isSuspect { takenWithSuspect = taken }
        self.nextDue = nextDue
        if let due = ownDue, now.time >= due { ownDue = nil }
        queuesAreEmpty = deliveries.count < asked.limit && !isSuspect
        return QueueLook(
            isEmpty: queuesAreEmpty && suspectsLeft == .none,
            solitude: deliveries.isEmpty ? asked.solitude : .none,
            suspectsLeft: suspectsLeft,
            serial: requests.serial,
            time: now.time,
            clockOffset: clockOffset
        )
    }

    /// A failure of the broker for some of its queues.
    ///
    /// - Returns: the complaint, if it is news, and when to look at the queues again.
    mutating func news(of complaint: BrokerError?) -> (BrokerError, retryIn: Duration)? {
        defer { self.complaint = complaint }
        guard let complaint, complaint != self.complaint else { return nil }
        return (complaint, longestWait ?? .zero)
    }

    /// The wait is over.
    ///
    /// - Parameters:
    ///   - hasArrived: whether tasks may have arrived.
    ///   - hasSign: whether the broker has sent something over the connection.
    ///   - now: by the broker's clock.
    mutating func woken(hasArrived: Bool, hasSign: Bool = false, at now: Moment) {
        if hasSign { nextSign = now.instant }
        if wanted == 0 {
            if hasArrived { listening = .undecided }
        } else if hasArrived || nextLook(after: now).map({ $0 <= now.instant }) ?? false {
            queuesAreEmpty = false
        }
    }

    /// The connection is gone, or could not be made.
    ///
    /// - Returns: the report for the worker.
    mutating func failed(
        _ error: BrokerError,
        at now: Instant,
        using generator: inout some RandomNumberGenerator
    ) -> [ConsumerReport] {
        // A server may let one connection in and refuse the next that waiting takes, each time.
        if let upSince, upSince + Self.shortestUp <= now { delay.reset() }
        (upSince, isTold) = (nil, false)
        let pause = delay.next(using: &generator)
        link = .down(until: now + pause)
        return [.failed(error, retryIn: pause)] + takenBack()
    }

    /// What the connection held is no longer held.
    private mutating func takenBack() -> [ConsumerReport] {
        guard hold.isLease else { return [] }
        settlements.loseConnection()
        nextSettling = nil
        let tags = hold.lose()
        return tags.isEmpty ? [] : [.takenBack(tags)]
    }
}
