internal import TaskQueue

/// The names of all keys, in one place: Celery's first, then tq's own (`tq:`).
///
/// All of tq's have a lifetime or a limit, or go with the last task, pause or entry that they are for, except
/// ``beatGeneration`` and ``installation``.
enum RedisKeys {
    /// Kombu's separator of a queue's name and its priority step.
    private static let separator = "\u{06}\u{16}"

    /// Kombu's default steps: a priority belongs to the greatest step that is not above it.
    static let prioritySteps = [0, 3, 6, 9]

    static func step(ofPriority priority: Int) -> Int {
        prioritySteps.last { $0 <= priority } ?? 0
    }

    /// The list that holds a queue's tasks of one priority step: pushed on the left, popped on the right.
    static func list(_ queue: QueueName, step: Int) -> String {
        step == 0 ? queue.text : "\(queue.text)\(separator)\(step)"
    }

    /// A queue's lists of step 0, 3, 6, 9.
    static func lists(_ queue: QueueName) -> [String] {
        prioritySteps.map { list(queue, step: $0) }
    }

    /// List: what has arrived at the queue's lookout and is about to be taken: see ``QueueWatch``; there for
    /// a moment, or until the next worker looks if the lookout is gone.
    static func arrived(_ queue: QueueName) -> String { "\(arrivedPrefix)\(queue.text)" }
    static let arrivedPrefix = "tq:arrived:"

    /// Set: there once a Celery process has declared the queue, whose exchange has the same name.
    static func binding(_ queue: QueueName) -> String { "\(bindingPrefix)\(queue.text)" }
    static let bindingPrefix = "_kombu.binding."

    /// Set: there once a Celery worker has listened for ``control(database:)``.
    static let controlBinding = "_kombu.binding.celery.pidbox"

    /// Channel: commands to all of Celery's workers on a database.
    static func control(database: Int) -> String { "/\(database).celery.pidbox" }

    /// Hash: delivery tag -> JSON array of envelope, exchange and routing key.
    static let unacknowledged = "unacked"

    /// Sorted set: delivery tag, scored by the seconds since the epoch when it was taken or renewed.
    static let unacknowledgedIndex = "unacked_index"

    /// The keys of what workers hold: the first KEYS of scripts that deal with it.
    static let held = [unacknowledged, unacknowledgedIndex]

    /// String: the result record; also the channel on which it is announced.
    static func result(_ id: TaskID) -> String { "\(resultPrefix)\(id.text)" }
    static let resultPrefix = "celery-task-meta-"

    /// The id whose result is announced on a channel.
    static func taskID(ofResult channel: String) -> TaskID {
        TaskID(String(channel.dropFirst(resultPrefix.count)))
    }

    /// Sorted set: delayed tasks, scored by due time in seconds since the epoch.
    ///
    /// See ``DelayedMember``.
    static func delayed(_ queue: QueueName) -> String { "\(delayedPrefix)\(queue.text)" }
    static let delayedPrefix = "tq:delayed:"

    /// Sorted set: tasks under suspicion, which run apart from others, in the order in which they are taken.
    ///
    /// A member is one character and the envelope: see ``SuspectMember``.
    static func suspects(_ queue: QueueName) -> String { "\(suspectsPrefix)\(queue.text)" }
    static let suspectsPrefix = "tq:suspects:"

    /// Set: the names of queues that may have tasks under suspicion; there while one may.
    static let suspected = "tq:suspected"

    /// String: the worker that makes itself quiet for a task under suspicion; there for some seconds.
    static let clearing = "tq:clearing"

    /// Sorted set: ids of workers that died without a task under suspicion, scored by when that was found, in
    /// seconds since the epoch; there for ``Lease/deathMemory`` after the last.
    static let deaths = "tq:deaths"

    /// String: how many tasks a dead worker held, a space, and the tag of the one that it took last if that
    /// was under suspicion; there until all of them have been put back.
    static func finding(worker: String) -> String { "tq:finding:\(worker)" }
    static let findingLifetime: Duration = .seconds(3600)

    /// Sorted set: dead letters as JSON objects, scored by the time of their death in seconds since the
    /// epoch.
    ///
    /// See ``DeadLetterRecord``.
    static func dead(_ queue: QueueName) -> String { "\(deadPrefix)\(queue.text)" }
    static let deadPrefix = "tq:dead:"

    /// Of a chord, by the id of its header: what Celery's workers count by (`celery-wire`, section 5.6), with `.s`,
    /// `.t` and `.c` (strings), `.d` (set) and `.j` (sorted set) behind.
    static func chord(_ group: String) -> String { "\(chordPrefix)\(group)" }
    static let chordPrefix = "celery-taskset-meta-"
    /// After the last report, or the beginning.
    static let chordLifetime: Duration = .seconds(30 * 86_400)

    /// Hash: an hour's ids, their last 62 bits -> the greatest of their first 60.
    ///
    /// See ``TaskIDParts``.
    static func sent(bucket: UInt64) -> String { "tq:sent:\(bucket)" }

    /// String: for an id that is not one of ours, `1` sent; `0` forgotten, which also applies to ours.
    static func sent(id: TaskID) -> String { "\(sentIDPrefix)\(id.text)" }
    static let sentIDPrefix = "tq:sent:id:"

    /// Set: ids of an hour whose tasks have ended without a result that is kept, where the id tells the hour.
    ///
    /// For an id that its sender named, or that an operator forgot, there is ``sent(id:)`` instead.
    static func forgotten(bucket: UInt64) -> String { "\(forgottenPrefix)\(bucket)" }
    static let forgottenPrefix = "tq:forgotten:"

    /// String: the latest sending of an id that its sender named: see ``NamedSending``.
    ///
    /// Scripts make its name, that of ``sent(id:)`` and that of ``result(_:)`` of each other.
    static func latest(_ id: TaskID) -> String { "\(latestPrefix)\(id.text)" }
    static let latestPrefix = "tq:latest:"

    /// String: drawn at random by the first `tq-beat`, and kept for ever: see ``BeatStore/installation()``.
    static let installation = "tq:installation"

    /// Hash: an hour's sendings, for senders that try again.
    ///
    /// As ``sent(bucket:)``, but by the delivery tags of messages whose ids do not tell; and for each message
    /// with a unique key: its delivery tag -> empty: sent, or the id of the task that held the key.
    static func sending(bucket: UInt64) -> String { "tq:sending:\(bucket)" }

    /// String: the id of the unfinished task that holds a unique key: see ``SendUnlessHeld``.
    static func unique(_ key: String) -> String { "\(uniquePrefix)\(key)" }
    static let uniquePrefix = "tq:unique:"

    /// String: the holder of the lease for a group of entries; there while the lease lasts.
    static func beatLease(_ group: String) -> String { "tq:beat:lease:\(group)" }

    /// Hash: what is remembered of an entry of `tq-beat`: see ``RegisterEntries``.
    static func beatEntry(_ name: String) -> String { "tq:beat:entry:\(name)" }
    /// For an entry that does not fire: a yearly one has fired by then.
    static let beatEntryLifetime: Duration = .seconds(400 * 86_400)

    /// Hash: the entries of `tq-beat` that were added while it runs: name -> version, a line feed, and the
    /// table as in `beat.d`; there while there is one.
    static let beatLive = "tq:beat:live"

    /// String: a number that counts the changes of ``beatLive``; without a lifetime, because an earlier number
    /// would hide a change.
    static let beatGeneration = "tq:beat:generation"

    /// Sorted set: ids of live workers, scored by the end of their lease in seconds since the epoch.
    ///
    /// It goes when no worker has lived for 30 days; dead ones go when their tasks are recovered.
    static let workers = "tq:workers"
    /// In seconds.
    static let workersLifetime = 30 * 86_400

    /// String: a live worker's identity, as a JSON object: see ``WorkerRecord``.
    static func worker(_ id: String) -> String { "tq:worker:\(id)" }
    static let workerLifetime: Duration = .seconds(60)

    /// Set: the names of paused queues; there while one is.
    static let paused = "tq:paused"

    /// String: the worker that waits for tasks to arrive on the queue, for all that would; there while one
    /// does, and for some seconds after it was killed.
    static func lookout(_ queue: QueueName) -> String { "tq:lookout:\(queue.text)" }
    /// In milliseconds: longer than a worker goes without looking.
    static let lookoutLifetime = 3_000

    /// List: of one element, for a second after another delayed task than before is the first to fall due:
    /// wakes the queue's lookout.
    static func bell(_ queue: QueueName) -> String { "\(bellPrefix)\(queue.text)" }
    static let bellPrefix = "tq:bell:"
    /// Of a queue's bell and gate, in milliseconds.
    static let wakeLifetime = 1_000

    /// List: of one element, for a second after the queue has lost its lookout: lets one of the waiting workers
    /// take its place.
    static func gate(_ queue: QueueName) -> String { "tq:gate:\(queue.text)" }

    /// Sorted set: ids of revoked tasks that have not come up, scored by when that is forgotten, in
    /// seconds since the epoch; there while there is one.
    static let revoked = "tq:revoked"

    /// String: a record of those that share a broker which remembers nothing, see `RecordStore`.
    static func record(_ key: SharedRecord.Key) -> String {
        "\(recordPrefix)\(key.space):\(key.name)"
    }
    static let recordPrefix = "tq:record:"

    /// Sorted set: the names of the records in a space, scored by the end of their time in milliseconds since the
    /// epoch; there while there is one.
    static func records(in space: String) -> String { "\(recordsPrefix)\(space)" }
    static let recordsPrefix = "tq:records:"

    /// String: when a worker last renewed its lease, in seconds since the epoch.
    static let lastRenewal = "tq:renewed"

    /// String: there for a while after no worker could renew its lease; nobody is taken for dead meanwhile.
    static let outage = "tq:outage"

    /// String: the tag prefix of the connection by which the worker takes tasks, for some time after it has
    /// given another up.
    static func connection(worker: String) -> String { "tq:connection:\(worker)" }
    static let connectionLifetime: Duration = .seconds(3600)

    /// String: there while a tq worker takes tasks from the queue; holds the id of the last worker that said so.
    static func served(_ queue: QueueName) -> String { "\(servedPrefix)\(queue.text)" }
    static let servedPrefix = "tq:served:"

    /// The beginning of all delivery tags of a worker.
    static func tagPrefix(worker: String) -> String { "tq:\(worker):" }

    /// The beginning of the delivery tags of one of its connections: each counts from 0.
    static func tagPrefix(worker: String, connection: UInt64) -> String {
        "\(tagPrefix(worker: worker))\(String(connection, radix: 36)):"
    }

    /// What follows in the tags of one taking: its time in milliseconds.
    static func tagTime(_ time: Timestamp) -> String {
        "\(String(max(time.microseconds, 0) / 1000, radix: 36)):"
    }

    /// The end of the tag of a task that was taken under suspicion.
    ///
    /// A client may write any number of losses into a message, but no such tag.
    static let suspectMark = "s"

    static func isSuspect(tag: String) -> Bool { tag.hasSuffix(suspectMark) }

    /// Orders a worker's tags as they were taken.
    static func order(ofTag tag: String) -> (Timestamp, Int, String) {
        let number = tag.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        return (parts(ofTag: tag)?.takenAt ?? .earliest, Int(number) ?? 0, tag)
    }

    /// The worker and the time that a delivery tag names; `nil` for a tag that is not tq's.
    ///
    /// A worker's id may have colons in it, what follows in a tag has none.
    static func parts(ofTag tag: String) -> (worker: String, takenAt: Timestamp?)? {
        let parts = tag.pieces(separatedBy: ":")
        guard parts.first == "tq", parts.count >= 5 else { return nil }
        let worker = parts[1..<(parts.count - 3)].joined(separator: ":")
        guard let milliseconds = Int64(parts[parts.count - 2], radix: 36) else {
            return (worker, nil)
        }
        let (microseconds, overflows) = milliseconds.multipliedReportingOverflow(by: 1000)
        return (worker, overflows ? nil : Timestamp(microseconds: microseconds))
    }

    /// The type, in Redis' words, of the value of one of these keys.
    static func type(ofKey key: String) -> String {
        if let type = types[key] { return type }
        if key.hasPrefix(chordPrefix) {
            return key.hasSuffix(".j") ? "zset" : key.hasSuffix(".d") ? "set" : "string"
        }
        return prefixes.first { key.hasPrefix($0.prefix) }?.type ?? "list"
    }

    private static let types = [
        unacknowledged: "hash", unacknowledgedIndex: "zset", workers: "zset", paused: "set",
        revoked: "zset", lastRenewal: "string", outage: "string", beatLive: "hash",
        beatGeneration: "string", suspected: "set", clearing: "string", deaths: "zset",
        installation: "string",
    ]
    /// The longer of two that begin alike first; what begins with none is a queue's list.
    private static let prefixes: [(prefix: String, type: String)] = [
        (resultPrefix, "string"), (bindingPrefix, "set"), (delayedPrefix, "zset"),
        (deadPrefix, "zset"), (sentIDPrefix, "string"), ("tq:sent:", "hash"),
        ("tq:sending:", "hash"), (uniquePrefix, "string"), ("tq:beat:lease:", "string"),
        ("tq:beat:entry:", "hash"), ("tq:worker:", "string"), ("tq:lookout:", "string"),
        ("tq:connection:", "string"), (servedPrefix, "string"), (suspectsPrefix, "zset"),
        ("tq:finding:", "string"), (recordPrefix, "string"), (recordsPrefix, "zset"),
        (latestPrefix, "string"), (forgottenPrefix, "set"),
    ]
}
