/// Writes the messages of firings, as the settings want them.
package struct BeatMessages: Sendable {
    private let settings: Settings
    private let encoder = MessageEncoder()

    /// `settings` have the routes, and what is said of all tasks.
    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// The message of an entry's firing; its id is the same whoever sends it through a broker.
    ///
    /// - Parameters:
    ///   - entry: that fires.
    ///   - instant: of the firing.
    ///   - installation: names the broker: see ``BeatStore/installation()``.
    /// - Returns: what is to be sent.
    package func message(
        _ entry: BeatEntry,
        at instant: Timestamp,
        in installation: String
    ) -> OutgoingMessage {
        let id = Self.id(entry.name, at: instant, in: installation)
        let task = task(entry, id, entry.expiry(of: instant))
        return OutgoingMessage(task, deliveryTag: UUIDText.random(), encoder: encoder)
    }

    /// The message of an entry that is sent out of turn, with an id that no other has.
    package func message(_ entry: BeatEntry, outOfTurnAt now: Timestamp) -> OutgoingMessage {
        // An id and a tag from two sources: nobody is to find it among those sent, if it is not.
        var tags = TaskIDSource()
        let tag = tags.next(at: now)
        var ids = TaskIDSource()
        let id = ignoresResult(entry) ? ids.next(at: now) : tag
        let task = task(entry, id, entry.expires.map { now + $0 })
        return OutgoingMessage(task, deliveryTag: tag.text, encoder: encoder)
    }

    private func ignoresResult(_ entry: BeatEntry) -> Bool {
        entry.options.ignoresResult ?? settings.settings(for: entry.task)?.ignoreResult
            ?? settings.taskIgnoreResult ?? false
    }

    private func task(_ entry: BeatEntry, _ id: TaskID, _ expires: Timestamp?) -> OutgoingTask {
        let route = settings.route(for: entry.task)
        var task = OutgoingTask(
            id: id,
            task: entry.task,
            args: entry.arguments.args,
            kwargs: entry.arguments.kwargs,
            queue: entry.queue ?? route?.queue ?? settings.taskDefaultQueue ?? .celery
        )
        task.isPeriodic = true
        task.expires = expires
        task.priority =
            entry.options.priority ?? route?.priority ?? settings.taskDefaultPriority ?? 0
        task.timeLimits = TimeLimits(
            hard: entry.options.timeLimit,
            soft: entry.options.softTimeLimit
        )
        task.maxRetries = entry.options.maxRetries
        task.ignoresResult = ignoresResult(entry)
        if entry.overlap == .skip { task.unique = UniqueHold("beat:\(entry.name)") }
        return task
    }

    /// The id of the task that an entry sends at an instant: a UUID of version 5, another in each broker, for
    /// two may share a result backend, or the channels of a server.
    package static func id(
        _ entry: String,
        at instant: Timestamp,
        in installation: String
    ) -> TaskID {
        let name = "\(installation)\n\(entry)\n\(instant.iso8601)"
        return TaskID(UUIDText.version5(namespace: namespace, name: name))
    }

    /// Of ids of firings.
    private static let namespace = "5d1c7be4-0f4c-4d3e-9a0b-7c1d0f2b9e61"
}

extension BeatEntry {
    /// When the task of a firing has to be sent: a while after it, the same for all who ask.
    package func sendingTime(of instant: Timestamp) -> Timestamp {
        let range = jitter.microseconds
        guard range > 0 else { return instant }
        let digest = SHA1.digest(Array("jitter\n\(name)\n\(instant.microseconds)".utf8))
        let drawn = SHA1.number(digest.prefix(8)) % UInt64(range)
        return instant + .microseconds(Int64(drawn))
    }

    /// After which the task of a firing is not to be started; `nil`: there is no such time.
    package func expiry(of instant: Timestamp) -> Timestamp? {
        expires.map { sendingTime(of: instant) + $0 }
    }
}
