package import TaskQueue
package import TaskSchedules

/// Makes the messages of firings.
package struct BeatMessages: Sendable {
    private let defaults: TaskDefaults
    private let encoder = MessageEncoder()

    package init(_ defaults: TaskDefaults) {
        self.defaults = defaults
    }

    /// The message of an entry's firing; its id is the same whoever sends it through a broker.
    ///
    /// - Parameters:
    ///   - entry: that fires.
    ///   - instant: of the firing.
    ///   - installation: names the broker: see ``BeatStore/installation()``.
    /// - Returns: the message to send.
    package func message(
        _ entry: BeatEntry,
        at instant: Timestamp,
        in installation: String
    ) -> OutgoingMessage {
        let draft = entry.draft
        let task = OutgoingTask(
            draft,
            id: Self.id(entry.name, at: instant, in: installation),
            defaults.options(of: draft),
            from: entry.sendingTime(of: instant)
        )
        return OutgoingMessage(task, deliveryTag: UUIDText.random(), encoder: encoder)
    }

    /// The message of an entry that is sent out of turn, with an id of its own.
    package func message(_ entry: BeatEntry, outOfTurnAt now: Timestamp) -> OutgoingMessage {
        var messages = SendingMessages(defaults)
        return messages.message(entry.draft, at: now)
    }

    /// The id of the task that an entry sends at an instant: a UUID of version 5, different in each broker, because
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
    /// When the task of a firing has to be sent: a while after it, the same for every process.
    package func sendingTime(of instant: Timestamp) -> Timestamp {
        let range = jitter.microseconds
        guard range > 0 else { return instant }
        let digest = SHA1.digest(Array("jitter\n\(name)\n\(instant.microseconds)".utf8))
        let drawn = SHA1.number(digest.prefix(8)) % UInt64(range)
        return instant + .microseconds(Int64(drawn))
    }

    /// The time after which the task of a firing must not start; `nil`: there is none.
    package func expiry(of instant: Timestamp) -> Timestamp? {
        options.expires?.instant(from: sendingTime(of: instant))
    }
}
