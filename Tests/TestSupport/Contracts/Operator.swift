import TaskQueue
import Testing

/// What an operator does to a store, each by the capability that it takes; what the broker cannot is an error.
struct Operator {
    private let broker: any Broker

    init(_ broker: any Broker) {
        self.broker = broker
    }

    func requiring<Seam>(_ requirement: RequiredCapability<Seam>) throws -> Seam {
        try broker.requiring(requirement)
    }
}

// MARK: - Looking

extension Operator {
    var searches: Bool {
        get throws { try requiring(.taskRevoking).searches }
    }

    var reachesDelayed: Bool {
        get throws { try requiring(.queueControl).reachesDelayed }
    }

    func queueNames() throws -> [QueueName] {
        try requiring(.queueInspection).queueNames()
    }

    func summaries(of queues: [QueueName]) throws -> [QueueSummary] {
        try requiring(.queueInspection).summaries(of: queues)
    }

    func summary(of queue: QueueName) throws -> QueueSummary {
        try #require(try summaries(of: [queue]).first)
    }

    func workers() throws -> [WorkerSummary] { try requiring(.queueInspection).workers() }

    func runningTasks() throws -> [RunningTask] {
        try requiring(.queueInspection).runningTasks()
    }
}

// MARK: - Dead letters

extension Operator {
    /// Without their messages.
    func letters(
        of queue: QueueName = .celery,
        skipping skipped: Int = 0,
        upTo limit: Int = 100
    ) throws -> [StoredLetter] {
        try requiring(.deadLetterStore)
            .deadLetters(of: queue, skipping: skipped, upTo: limit, includingMessages: false)
    }

    func deadLetters(named name: String) throws -> [StoredLetter] {
        try requiring(.deadLetterStore).deadLetters(named: name, among: [.celery])
    }

    func retry(_ letter: StoredLetter) throws -> Bool {
        try requiring(.deadLetterStore).retry(letter)
    }

    func drop(_ letter: StoredLetter) throws -> Bool {
        try requiring(.deadLetterStore).drop(letter)
    }
}

// MARK: - Changing

extension Operator {
    func purge(_ queue: QueueName, includingDelayed: Bool) throws -> Int {
        try requiring(.queueControl).purge(queue, includingDelayed: includingDelayed)
    }

    func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws -> Int {
        try requiring(.queueControl)
            .move(from: source, to: target, includingDelayed: includingDelayed)
    }

    func setPaused(_ queue: QueueName, _ isPaused: Bool) throws -> Bool {
        try requiring(.queuePausing).setPaused(queue, isPaused)
    }

    func revoke(_ ids: [TaskID], for lifetime: Duration) throws {
        try requiring(.taskRevoking).revoke(ids, for: lifetime)
    }

    func takeOut(_ ids: [TaskID]) throws { try requiring(.taskRevoking).takeOut(ids) }

    func find(_ ids: [TaskID]) throws -> Set<TaskID> { try requiring(.taskRevoking).find(ids) }
}
