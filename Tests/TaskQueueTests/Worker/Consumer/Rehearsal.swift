import TestSupport

@testable import TaskQueue

/// A consumer's decisions without a consumer: what it says is told in words, and carried out on a broker
/// that is made of the fields below, at times that the test sets.
struct Rehearsal {
    private(set) var state: ConsumerState
    private var requests = ConsumerRequests(queues: [.celery])
    private var generator = SeededRandom(seed: 7)
    private(set) var now = Moment(.now, Timestamp(secondsSinceEpoch: 1_000_000))

    /// What waits in the broker's queue.
    var waiting: [Delivery] = []
    var nextDue: Timestamp?
    var suspectsLeft = SuspectsLeft.none
    var longestWait: Duration?
    /// Whether the connection is the hold on what came over it.
    var isLease = false
    /// Between two signs of life; `nil`: the connection needs none.
    var signInterval: Duration?
    /// Whether all that is written is left, and why.
    var obstacle: BrokerError?
    /// What the worker was told.
    private(set) var taken: [Delivery] = []
    private(set) var looks: [QueueLook] = []
    private(set) var news: [BrokerError] = []
    private(set) var lost: [TaskLoss] = []
    private(set) var takenBack: [Set<String>] = []
    private(set) var settled = 0

    init() {
        state = ConsumerState(requests)
    }

    /// One that is connected and has nothing to do.
    static func connected(_ change: (inout Rehearsal) -> Void = { _ in }) -> Rehearsal {
        var rehearsal = Rehearsal()
        change(&rehearsal)
        _ = rehearsal.round()
        return rehearsal
    }

    mutating func pass(_ duration: Duration) { now = now + duration }

    /// The wait is over, and the worker wants what it wants.
    ///
    /// - Parameters:
    ///   - hasArrived: whether tasks may have arrived.
    ///   - hasSign: whether the broker has sent something over the connection.
    ///   - change: of what the worker wants.
    mutating func wake(
        hasArrived: Bool = false,
        hasSign: Bool = false,
        _ change: (inout ConsumerRequests) -> Void = { _ in }
    ) {
        state.woken(hasArrived: hasArrived, hasSign: hasSign, at: now)
        change(&requests)
        state.absorb(requests)
        requests.clear()
    }

    /// The worker wants so many tasks, and has all that were taken.
    mutating func want(_ count: Int, in solitude: Solitude = .none) {
        wake { [taken] requests in
            requests.received = taken.count
            requests.granted = taken.count + count
            requests.solitude = solitude
        }
    }

    /// These are to be written.
    mutating func settle(_ settlements: WorkerState.Settlement...) {
        wake { $0.settlements = settlements }
    }

    /// The connection is lost, or could not be made.
    ///
    /// - Returns: how long it is not tried again.
    @discardableResult
    mutating func fail() -> Duration {
        let failure = BrokerError.connectionLost(url: "rehearsal:", reason: "as the test wants it")
        var pause = Duration.zero
        for report in state.failed(failure, at: now.instant, using: &generator) {
            switch report {
            case .failed(_, let retryIn): pause = retryIn
            case .takenBack(let tags): takenBack.append(tags)
            default: break
            }
        }
        return pause
    }

    /// What is said up to the next wait, all of which goes well.
    mutating func round() -> [String] {
        var words: [String] = []
        while true {
            let action = state.next(at: now)
            words.append(Self.words(action, now.instant))
            switch action {
            case .wait, .end: return words
            case .connect:
                state.connected(
                    longestWait: longestWait,
                    isLease: isLease,
                    nextSign: signInterval.map { now.instant + $0 }
                )
            case .tend: state.tended(until: now.instant + (signInterval ?? .zero))
            case .watch(let queues): state.watches(queues, longestWait: longestWait)
            case .settle(let settlements): write(settlements)
            case .receive(let limit, _): receive(limit)
            case .report, .suspend, .resume, .tellOpened: break
            }
        }
    }

    /// What is said next, which is left undone: it is about to fail.
    mutating func next() -> String { Self.words(state.next(at: now), now.instant) }

    private mutating func write(_ settlements: Settlements) {
        var left = settlements
        let store = MemoryStore()
        let broker = MemoryBroker(store, worker: "rehearsal")
        let written: Settlements.Written
        if let obstacle {
            written = left.commit(to: FailingBroker(broker, failure: obstacle), backend: nil)
        } else {
            written = left.commit(to: broker, backend: nil)
        }
        lost += written.lost.map(\.loss)
        settled += settlements.count - left.count
        if let error = state.settled(leaving: left, at: now.instant) { news.append(error) }
    }

    private mutating func receive(_ limit: Int) {
        let isSuspect = waiting.first?.isSuspect ?? false
        let found = Array(waiting.prefix(isSuspect ? 1 : limit))
        waiting.removeFirst(found.count)
        taken += found
        let look = state.received(
            found,
            leaving: suspectsLeft,
            nextDue: nextDue,
            at: now,
            clockOffset: .zero
        )
        looks.append(look)
    }

    private static func words(
        _ action: ConsumerAction,
        _ now: Instant
    ) -> String {
        switch action {
        case .connect(let queues, let isFirst):
            "connect to \(names(queues))" + (isFirst ? "" : " again")
        case .watch(let queues): "watch \(names(queues))"
        case .settle(let settlements): "settle \(settlements.count)"
        case .report(let reports): "report \(reports.count)"
        case .receive(let limit, let solitude):
            "receive \(limit)" + (solitude == .none ? "" : " \(solitude)")
        case .tend: "tend"
        case .suspend: "suspend"
        case .resume(let limit): "resume \(limit)"
        case .tellOpened: "tell opened"
        case .wait(let end): end.map { "wait \(milliseconds($0 - now)) ms" } ?? "wait"
        case .end: "end"
        }
    }

    private static func names(_ queues: [QueueName]) -> String {
        queues.map(\.text).joined(separator: ",")
    }

    private static func milliseconds(_ duration: Duration) -> Int64 { duration.microseconds / 1000 }
}
