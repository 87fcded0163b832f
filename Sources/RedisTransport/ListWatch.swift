internal import Glibc
internal import TaskQueue

/// One list, and the connection that waits for something to be on it.
final class ListWatch {
    let queue: QueueName
    private let connection: RedisConnection
    private let list: String
    private var isWaiting = false

    init(_ connection: RedisConnection, _ queue: QueueName, step: Int) {
        self.connection = connection
        self.queue = queue
        list = RedisKeys.list(queue, step: step)
    }

    var descriptor: Int32 { connection.descriptor }

    /// Reads the answer if it has come.
    ///
    /// - Throws: ``BrokerError`` if the connection is gone, or the server will not wait.
    func clear() throws(BrokerError) {
        guard isWaiting, hasAnswer else { return }
        isWaiting = false
        _ = try connection.checked(try connection.reply())
    }

    /// Begins to wait, if it does not wait already; for a paused queue, until it is resumed.
    func arm(isPaused: Bool) throws(BrokerError) {
        guard !isWaiting else { return }
        let list = isPaused ? RedisKeys.resumed(queue) : list
        connection.append(RedisCommand("BLMOVE").adding(list, list, "RIGHT", "RIGHT", "0"))
        try connection.flush()
        isWaiting = true
    }

    private var hasAnswer: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
