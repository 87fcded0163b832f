internal import TaskQueue

/// A connection that hears for which tasks records are stored.
///
/// What is announced is only a bell: the channels are those of the whole server, so it may come from another
/// database, where a task has the same id.
final class ResultSubscription {
    /// Messages that are read before something is given out: else it would not come to that while they
    /// come faster than they are read.
    private static let largestRead = 1000

    private let connection: RedisConnection
    private var ids: Set<TaskID> = []
    /// Of which something was heard that was not given out yet.
    private var rung: Set<TaskID> = []

    init(_ connection: RedisConnection) {
        self.connection = connection
    }

    /// Begins to listen for those of the ids that it does not listen for yet.
    ///
    /// - Returns: those.
    func add(_ ids: Set<TaskID>) throws(BrokerError) -> [TaskID] {
        let new = Array(ids.subtracting(self.ids))
        guard !new.isEmpty else { return [] }
        self.ids.formUnion(new)
        var command = RedisCommand("SUBSCRIBE", capacity: new.count * 64)
        for id in new { command.add(RedisKeys.result(id)) }
        connection.append(command)
        try readUntilConfirmed(count: new.count, kind: "subscribe")
        return new
    }

    /// Stops listening.
    func remove(_ finished: [TaskID]) throws(BrokerError) {
        let former = ids.intersection(finished)
        guard !former.isEmpty else { return }
        ids.subtract(former)
        var command = RedisCommand("UNSUBSCRIBE", capacity: former.count * 64)
        for id in former { command.add(RedisKeys.result(id)) }
        connection.append(command)
        try readUntilConfirmed(count: former.count, kind: "unsubscribe")
        rung.subtract(former)
    }

    /// Stops listening for all but these, for which it does listen.
    func keep(_ asked: Set<TaskID>) throws(BrokerError) {
        guard ids.count > asked.count else { return }
        try remove(Array(ids.subtracting(asked)))
    }

    /// Waits for announcements.
    ///
    /// - Parameters:
    ///   - ids: whose.
    ///   - deadline: how long.
    ///   - descriptor: also ends the wait when it becomes readable; `nil`: there is none.
    /// - Returns: those of the ids for which something was announced; empty when the deadline has passed,
    ///   the descriptor ended the wait, or others came.
    /// - Throws: ``BrokerError``.
    func wait(
        for ids: Set<TaskID>,
        until deadline: Instant,
        or descriptor: Int32?
    ) throws(BrokerError) -> [TaskID] {
        let heard = takeRung(ids)
        guard heard.isEmpty, connection.isReadable(until: deadline, or: descriptor) else {
            return heard
        }
        var count = 0
        repeat {
            read(try connection.checked(try connection.reply()))
            count += 1
        } while count < Self.largestRead && connection.isReadable(until: .now)
        return takeRung(ids)
    }

    private func takeRung(_ ids: Set<TaskID>) -> [TaskID] {
        let heard = rung.intersection(ids)
        rung.subtract(heard)
        return Array(heard)
    }

    private func readUntilConfirmed(count: Int, kind: String) throws(BrokerError) {
        var left = count
        while left > 0 {
            let reply = try connection.checked(try connection.reply())
            if reply.elements.first?.text == kind { left -= 1 } else { read(reply) }
        }
    }

    private func read(_ reply: RedisReply) {
        let parts = reply.elements
        guard parts.count == 3, parts[0].text == "message", let channel = parts[1].text else {
            return
        }
        let id = RedisKeys.taskID(ofResult: channel)
        if ids.contains(id) { rung.insert(id) }
    }
}
