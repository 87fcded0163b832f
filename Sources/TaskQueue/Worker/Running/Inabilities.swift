/// The names of tasks that a worker knows but cannot run now: their program, folder or
/// interpreter is missing or must not be used.
///
/// Their tasks go back to their queues, for a moment; when they are due, other workers have the first
/// chance to take them. There are so few each second that this keeps nobody from anything. Now and then
/// one is tried again.
struct Inabilities {
    /// What to report, once.
    enum News: Equatable {
        case unable(TaskName, reason: String)
        case ableAgain(TaskName)
    }

    private struct Entry {
        var reason: String
        let since: Instant
        var looksAgainAt: Instant
        /// Nothing is in the way any more, as far as can be seen; whether that is all shows when one has run.
        var isOnTrial = false
    }

    /// How long a replacement may take to be complete: a worker that ends with its queues waits this long.
    private static let patience: Duration = .seconds(3)
    private static let lookInterval: Duration = .seconds(1)
    private static let shortestDelay: Duration = .seconds(1)
    private static let longestDelay: Duration = .seconds(60)
    /// No task is taken this long before, and after, put-back tasks fall due.
    private static let turnBefore: Duration = .milliseconds(100)
    private static let turnAfter: Duration = .milliseconds(300)
    /// How many tasks are put back in a second.
    private static let mostInSecond = 200
    /// A message may have any name, and each costs memory.
    private static let mostNames = 1000

    private var entries: [TaskName: Entry] = [:]
    private var news: [News] = []
    /// Whether the worker ends with its queues.
    private let endsWithQueues: Bool

    /// How long tasks are put back, so that they are not at once in front of all others again.
    private var delay = Inabilities.shortestDelay
    /// Until when ``delay`` applies, and how many were put back in that time.
    private var round: (end: Instant, count: Int)?
    private var second: (end: Instant, count: Int)?
    /// When tasks are due again that were put back: it is the others' turn.
    private var turn: (begin: Instant, end: Instant)?

    init(endsWithQueues: Bool) {
        self.endsWithQueues = endsWithQueues
    }

    /// Names of which tasks go back to their queues, sorted.
    var names: [TaskName] {
        entries.filter { !$0.value.isOnTrial }.keys.sorted { $0.text < $1.text }
    }

    mutating func takeNews() -> [News] {
        guard !news.isEmpty else { return [] }
        defer { news = [] }
        return news
    }
}

// MARK: - Names

extension Inabilities {
    /// Whether tasks of a name can be run.
    ///
    /// - Parameters:
    ///   - task: the name.
    ///   - now: the time.
    ///   - look: asks for it, for a name that is doubted with care.
    /// - Returns: what `look` says, or has said a moment ago.
    mutating func readiness(
        of task: TaskName,
        _ now: @autoclosure () -> Instant,
        _ look: (TaskName, _ isDoubted: Bool) -> Readiness
    ) -> Readiness {
        guard !entries.isEmpty, let entry = entries[task], !entry.isOnTrial else {
            let found = look(task, false)
            if case .unable(let reason) = found { note(task, reason, now()) }
            return found
        }
        let now = now()
        guard entry.looksAgainAt <= now else { return .unable(entry.reason) }
        let found = look(task, true)
        switch found {
        case .ready: entries[task]?.isOnTrial = true
        case .unable(let reason): note(task, reason, now)
        case .unknown: entries[task] = nil
        }
        return found
    }

    /// Notes that a task of this name could not be run.
    mutating func note(_ task: TaskName, _ reason: String, _ now: Instant) {
        guard entries[task] != nil || entries.count < Self.mostNames else { return }
        let isSaid = entries.values.contains { $0.reason == reason }
        if !isSaid { news.append(.unable(task, reason: reason)) }
        var entry = entries[task] ?? Entry(reason: reason, since: now, looksAgainAt: now)
        entry.reason = reason
        entry.looksAgainAt = now + Self.lookInterval
        entry.isOnTrial = false
        entries[task] = entry
    }

    /// Notes that a task of this name has run.
    mutating func noteRun(_ task: TaskName) {
        guard !entries.isEmpty, entries.removeValue(forKey: task) != nil else { return }
        news.append(.ableAgain(task))
    }

    /// Looks at all names again when they come up: the settings are others.
    mutating func lookAgain(_ now: Instant) {
        for task in entries.keys { entries[task]?.looksAgainAt = now }
    }

    /// Whether this is likely to pass: a worker that ends with its queues tries such a task again.
    func mayPass(_ task: TaskName, _ now: Instant) -> Bool {
        entries[task].map { $0.since + Self.patience > now } ?? false
    }
}

// MARK: - How often

extension Inabilities {
    /// Whether no task is to be taken now.
    func isPausing(_ now: Instant) -> Bool {
        if let second, second.count >= Self.mostInSecond, second.end > now { return true }
        return turn.map { $0.begin <= now && now < $0.end } ?? false
    }

    /// When that changes; `nil`: it does not.
    func nextChange(_ now: Instant) -> Instant? {
        guard let second, let turn else { return nil }
        return [second.end, turn.begin, turn.end].filter { $0 > now }.min()
    }

    /// For how long a task of this name is put back.
    mutating func delay(of task: TaskName, _ now: Instant) -> Duration {
        guard !endsWithQueues else {
            return mayPass(task, now) ? Self.shortestDelay : Self.longestDelay
        }
        count(now)
        let due = now + delay
        let old = turn.flatMap { $0.end > now ? $0 : nil }
        turn = (old?.begin ?? due - Self.turnBefore, due + Self.turnAfter)
        return delay
    }

    private mutating func count(_ now: Instant) {
        if let second, second.end > now {
            self.second = (second.end, second.count + 1)
        } else {
            second = (now + .seconds(1), 1)
        }
        if let round, round.end > now {
            self.round = (round.end, round.count + 1)
            return
        }
        // Those that come again stand before the others, which are to have their turn, too.
        if let round, Double(round.count) >= delay / .seconds(1) * Double(Self.mostInSecond) * 0.8 {
            delay = min(delay * 2, Self.longestDelay)
        } else {
            delay = max(delay / 2, Self.shortestDelay)
        }
        round = (now + delay, 1)
    }
}
