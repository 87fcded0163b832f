internal import TaskQueue

/// Remembers which ids were sent, so that "unknown" can be told from "pending", without touching what
/// Celery reads; and which messages, so that a second try is recognised.
///
/// A bulk of any size by one sender costs one hash field an hour.
struct SentRecorder {
    /// How many seconds of ids one record has: it lives so much longer than its last id must, so that its
    /// lifetime need not begin anew with each.
    static let hourLength: Int64 = 3600
    /// In seconds; a second try is recognised for two hours at least: longer than anybody tries.
    static let sendingLifetime = 7200 + hourLength

    /// How long after an hour's last id the hour's record is kept; `nil`: for ever.
    let lifetime: Duration?

    /// What is remembered of messages, one mark for all that share one.
    func marks(of messages: ArraySlice<OutgoingMessage>) -> [SentMark] {
        var marks: [SentMark] = []
        var latest: [(record: TaskIDParts, eta: Timestamp?)] = []
        for index in messages.indices {
            let (id, eta) = (messages[index].id, messages[index].eta)
            if messages[index].sending != nil {
                marks.append(mark(of: messages[index]))
                continue
            }
            guard messages[index].expectsResult else { continue }
            guard let record = TaskIDParts(id) else {
                marks.append(mark(of: messages[index]))
                continue
            }
            if let last = latest.indices.last, latest[last].record.node == record.node,
                latest[last].record.bucket == record.bucket
            {
                if record.clock > latest[last].record.clock { latest[last].record = record }
                if let eta { latest[last].eta = max(latest[last].eta ?? eta, eta) }
            } else {
                latest.append((record, eta))
            }
        }
        return marks + latest.map { hour($0.record, due: $0.eta) }
    }

    /// What tells whether messages of one sender were sent, of which this is the last: the greatest of the
    /// sender's delivery tags by then.
    ///
    /// That is what is remembered of its id, if the id was made for it; else it is remembered apart.
    ///
    /// - Returns: `nil` if its delivery tag is not of a ``TaskIDSource``.
    func sendingMark(of last: OutgoingMessage) -> SentMark? {
        guard let tag = last.deliveryTag, let record = TaskIDParts(TaskID(tag)) else { return nil }
        if last.expectsResult, last.id.text == tag { return hour(record, due: nil) }
        return SentMark(
            key: RedisKeys.sending(bucket: record.bucket),
            value: record.clockText,
            field: record.nodeText,
            lifetime: Self.sendingLifetime
        )
    }

    /// Where it is remembered that a message with a unique key was sent.
    ///
    /// - Returns: the hash, and the field for this very sending.
    func sending(_ message: OutgoingMessage, at now: Timestamp) -> (key: String, field: String) {
        let tag = message.deliveryTag ?? message.id.text
        let hour =
            TaskIDParts(TaskID(tag))?.bucket ?? UInt64(max(now.microseconds, 0)) / 3_600_000_000
        return (RedisKeys.sending(bucket: hour), tag)
    }

    /// What is remembered of a message.
    func mark(of message: OutgoingMessage) -> SentMark {
        mark(
            of: message.id,
            isExpected: message.expectsResult,
            sending: message.sending,
            due: message.eta
        )
    }

    /// What is remembered of a task whose result may be asked for, or not; it may be of an id that was sent
    /// before, so the hour's record only grows.
    ///
    /// - Parameters:
    ///   - id: of the task.
    ///   - isExpected: whether somebody may ask for its result.
    ///   - sending: which sending of the id it is, for an id that its sender named.
    ///   - due: when it can begin; `nil`: at once.
    /// - Returns: one that says nothing, if nothing is to be remembered.
    func mark(
        of id: TaskID,
        isExpected: Bool,
        sending: String? = nil,
        due: Timestamp? = nil
    ) -> SentMark {
        let key = RedisKeys.sent(id: id)
        let lifetime = idLifetime.map { $0 + Self.wait(until: due) }
        if let sending {
            let value = "\(isExpected ? "1" : "0")\n\(sending)"
            return SentMark(key: key, value: value, field: "", lifetime: lifetime)
        }
        guard isExpected else { return .nothing(key) }
        if let record = TaskIDParts(id) { return hour(record, due: due) }
        return SentMark(key: key, value: "1", field: "", lifetime: lifetime)
    }

    /// The command that lets an id look as if it had never been sent.
    func forget(_ id: TaskID) -> RedisCommand {
        let command = RedisCommand("SET").adding(RedisKeys.sent(id: id), "0")
        guard let idLifetime else { return command }
        return command.adding("EX", String(idLifetime))
    }

    /// In seconds; `nil`: for ever.
    private var hourLifetime: Int64? { lifetime.map { $0.components.seconds + Self.hourLength } }
    private var idLifetime: Int64? { lifetime.map { max($0.components.seconds, 1) } }

    /// It lasts until a delayed task has ended too, if that takes no longer than others.
    private func hour(_ record: TaskIDParts, due: Timestamp?) -> SentMark {
        SentMark(
            key: RedisKeys.sent(bucket: record.bucket),
            value: record.clockText,
            field: record.nodeText,
            lifetime: hourLifetime.map { $0 + Self.wait(until: due) }
        )
    }

    /// In seconds.
    private static func wait(until due: Timestamp?) -> Int64 {
        guard let due else { return 0 }
        return max((due - .now()).components.seconds + 1, 0)
    }
}
