import Synchronization
package import TaskQueue

/// Tasks and results in memory, for tests that need no file and no server.
///
/// The connections are ``MemoryBroker`` and ``MemoryResultBackend``.
package final class MemoryStore: Sendable {
    /// A task that is not finished.
    struct Entry {
        var message: OutgoingMessage
        let sentAt = Timestamp.now()
        /// Who holds it, and since when; `nil`: nobody.
        var holder: (worker: String, since: Timestamp)?
        /// Counts what was taken.
        var takenAs = 0
        /// Not before; `nil`: at once.
        var due: Timestamp?
        /// The key that it holds, and until when at most.
        var hold: (key: String, until: Timestamp)?
        /// How many losses it has, and whether it says that it was put back.
        var losses = 0
        var isRedelivered = false
        /// Where it stands in its queue: sent ones count up, those put back count down.
        var position: Int
    }

    /// How many are to report, 0 when the body was sent, `nil` if that is not known; and what was reported.
    struct Chord {
        var size: Int?
        var reports: [(index: Int?, member: ChordMember)] = []
    }

    struct Letter {
        let number: Int
        let letter: DeadLetter
        let diedAt: Timestamp
    }

    struct Record {
        let result: StoredResult
        let expiresAt: Timestamp
    }

    /// What is remembered of an entry of `tq-beat`.
    struct BeatItem {
        var known: KnownEntry
        var schedule = ""
        var task: TaskName?
    }

    struct State {
        var lastNumber = 0
        var firstPosition = 0
        var waiting: [Entry] = []
        /// By the tag of the delivery.
        var held: [String: Entry] = [:]
        /// Until when each worker's lease runs.
        var leases: [String: Timestamp] = [:]
        /// When a lease was renewed last; `nil`: none was yet.
        var lastRenewal: Timestamp?
        /// Until when nobody is taken for dead, after a time in which no lease could be renewed.
        var graceEnds = Timestamp.earliest
        /// Who makes itself quiet for a task under suspicion, and until when.
        var clearing: (worker: String, until: Timestamp)?
        /// When workers died without a task under suspicion.
        var deaths: [Timestamp] = []
        var deadLetters: [Letter] = []
        var paused: Set<QueueName> = []
        /// Until when each revoked id is remembered.
        var revoked: [TaskID: Timestamp] = [:]
        var shared: [SharedRecord.Key: (value: String, until: Timestamp)] = [:]
        var sent: Set<TaskID> = []
        /// By the ids of their headers.
        var chords: [String: Chord] = [:]
        var groups: [String: [TaskID]] = [:]
        /// The latest sending of each id that its sender named.
        var sendings: [TaskID: String] = [:]
        var records: [TaskID: Record] = [:]
        /// By name.
        let installation = UUIDText.random()
        var beatEntries: [String: BeatItem] = [:]
        /// By name.
        var liveEntries: [String: StoredLiveEntry] = [:]
        var liveVersion: Int64 = 0
        /// By group: who holds it, and until when.
        var beatLeases: [String: (holder: String, until: Instant)] = [:]
    }

    let state = Mutex(State())
    private let pipes = Mutex<[ObjectIdentifier: WakePipe]>([:])

    /// Whether a greater number is the more urgent priority.
    let servesHighestFirst: Bool

    /// An empty store.
    ///
    /// - Parameter servesHighestFirst: whether priority 9 comes first, else 0.
    package init(servesHighestFirst: Bool = false) {
        self.servesHighestFirst = servesHighestFirst
    }

    /// What has been set aside, the oldest first.
    package var deadLetters: [DeadLetter] { state.withLock(\.deadLetters).map(\.letter) }

    /// A pipe that is signalled whenever something was written; give it back with ``remove(_:)``.
    func newPipe() -> WakePipe {
        let wake = WakePipe()
        pipes.withLock { $0[ObjectIdentifier(wake)] = wake }
        return wake
    }

    /// Rings if a delayed task has fallen due between two instants.
    func ringIfDue(after start: Timestamp, until end: Timestamp) {
        let isDue = state.withLock { state in
            state.waiting.contains { $0.due.map { $0 > start && $0 <= end } ?? false }
        }
        if isDue { write { _ in } }
    }

    func remove(_ wake: WakePipe) {
        pipes.withLock { $0[ObjectIdentifier(wake)] = nil }
    }

    /// Changes what is kept, and then rings.
    func write<Value: Sendable>(_ body: (inout sending State) -> sending Value) -> Value {
        let value = state.withLock(body)
        for wake in pipes.withLock({ Array($0.values) }) { wake.signal() }
        return value
    }
}

extension MemoryStore.State {
    /// Stores a record unless a success is there already, or it is not of the id's latest sending.
    mutating func store(
        _ result: StoredResult,
        of sending: String? = nil,
        expiresAt: Timestamp
    ) {
        if let sending, let latest = sendings[result.id], latest != sending { return }
        if let record = records[result.id], record.expiresAt > .now(),
            TaskState.lastingOutcomes.contains(record.result.state)
        {
            return
        }
        records[result.id] = MemoryStore.Record(result: result, expiresAt: expiresAt)
    }

    /// The unfinished task that holds a key; one that waits and is not to be run any more does not.
    func holder(of key: String) -> TaskID? {
        let now = Timestamp.now()
        let runnable = waiting.filter { entry in
            (entry.message.expires ?? .latest) > now
                && (revoked[entry.message.id].map { $0 <= now } ?? true)
        }
        return (runnable + held.values).first { entry in
            entry.hold.map { $0.key == key && $0.until > now } ?? false
        }?.message.id
    }

    func status(of id: TaskID) -> ResultStatus {
        if let record = records[id], record.expiresAt > .now() { return .stored(record.result) }
        return records[id] == nil && sent.contains(id) ? .pending : .unknown
    }
}
