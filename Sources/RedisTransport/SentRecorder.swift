internal import TaskQueue

/// Remembers which ids were sent, so that "unknown" can be told from "pending", without touching what
/// Celery reads.
///
/// A bulk of any size by one sender costs one hash field an hour.
struct SentRecorder {
    /// How long after an hour's last id the hour's record is kept; `nil`: for ever.
    let lifetime: Duration?

    /// The commands that record the messages whose results may be asked for.
    func commands(for messages: [OutgoingMessage]) -> [RedisCommand] {
        var commands: [RedisCommand] = []
        var latest: [SentRecord] = []
        for index in messages.indices where messages[index].expectsResult {
            let id = messages[index].id
            guard let record = SentRecord(id) else {
                commands.append(set(id, "1"))
                continue
            }
            if let last = latest.indices.last, latest[last].node == record.node,
                latest[last].bucket == record.bucket
            {
                if record.clock > latest[last].clock { latest[last] = record }
            } else {
                latest.append(record)
            }
        }
        return commands + latest.flatMap { hour($0) }
    }

    /// How ``RedisScripts/finishAndSend`` records one message; it may be of an id that was sent before,
    /// so the hour's record only grows.
    ///
    /// - Returns: the key, and the arguments: value, field, lifetime.
    func record(of message: OutgoingMessage) -> (key: String, arguments: [String]) {
        record(of: message.id, isExpected: message.expectsResult)
    }

    /// The same for a task whose result may be asked for, or not.
    func record(of id: TaskID, isExpected: Bool) -> (key: String, arguments: [String]) {
        guard isExpected, let record = SentRecord(id) else {
            let lifetime = idLifetime.map(String.init) ?? ""
            return (RedisKeys.sent(id: id), [isExpected ? "1" : "", "", lifetime])
        }
        let lifetime = hourLifetime.map(String.init) ?? ""
        let key = RedisKeys.sent(bucket: record.bucket)
        return (key, [record.clockText, record.nodeText, lifetime])
    }

    /// The command that lets an id look as if it had never been sent.
    func forget(_ id: TaskID) -> RedisCommand { set(id, "0") }

    /// In seconds; `nil`: for ever.
    private var hourLifetime: Int64? { lifetime.map { $0.components.seconds + 3600 } }
    private var idLifetime: Int64? { lifetime.map { max($0.components.seconds, 1) } }

    private func hour(_ record: SentRecord) -> [RedisCommand] {
        let key = RedisKeys.sent(bucket: record.bucket)
        let store = RedisCommand("HSET").adding(key, record.nodeText, record.clockText)
        guard let hourLifetime else { return [store] }
        return [store, RedisCommand("EXPIRE").adding(key, String(hourLifetime))]
    }

    private func set(_ id: TaskID, _ value: String) -> RedisCommand {
        let command = RedisCommand("SET").adding(RedisKeys.sent(id: id), value)
        guard let idLifetime else { return command }
        return command.adding("EX", String(idLifetime))
    }
}
