internal import Glibc
package import TaskQueue

/// The results of one sender's tasks, which workers send to its queue: `rpc://` (`celery-wire`, section 10.5).
///
/// No other program can look them up, and nothing is known of a task before its result comes.
package final class AMQPReplies: ResultBackend {
    /// How long a server that is lost is tried for, at least: what it holds can be asked for by nobody else.
    private static let patience: Duration = .seconds(15)

    private let server: AMQPAddress
    private let address: ReplyAddress
    private let inbox: ReplyInbox
    private let timeout: Duration
    private let replyTimeout: Duration
    private var connection: AMQPConnection

    /// - Parameters:
    ///   - server: the broker's.
    ///   - address: of the sender, as in its messages.
    ///   - inbox: has what has come over earlier connections.
    ///   - timeout: for connecting.
    ///   - replyTimeout: for each answer.
    /// - Throws: ``BrokerError`` if the server cannot be reached.
    package init(
        _ server: AMQPAddress,
        _ address: ReplyAddress,
        into inbox: ReplyInbox,
        timeout: Duration,
        replyTimeout: Duration
    ) throws(BrokerError) {
        (self.server, self.address, self.inbox) = (server, address, inbox)
        (self.timeout, self.replyTimeout) = (timeout, replyTimeout)
        connection = try Self.connect(server, address, timeout, replyTimeout)
    }

    private static func connect(
        _ server: AMQPAddress,
        _ address: ReplyAddress,
        _ timeout: Duration,
        _ replyTimeout: Duration
    ) throws(BrokerError) -> AMQPConnection {
        let connection = try AMQPConnection(
            server,
            name: "tq results",
            timeout: timeout,
            replyTimeout: replyTimeout
        )
        do throws(AMQPFailure) {
            try connection.declareReplies(address)
            try connection.listen(address.queue)
        } catch {
            throw error.breaking.afterwards(connection.url)
        }
        return connection
    }

    deinit {
        // What nobody removes goes after an hour.
        try? connection.deleteQueue(address.queue)
    }

    package func store(_ results: [StoredResult]) throws(BrokerError) {
        throw .unusable(url: connection.url, reason: "with rpc:// a worker alone sends results")
    }

    package func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        try readReplies()
        return ids.map { id in inbox[id].map { .stored($0) } ?? .pending }
    }

    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        guard !ids.isEmpty else { return [] }
        while true {
            do throws(BrokerError) { try readReplies() } catch {
                guard try reconnect(after: error, until: deadline, wokenBy: descriptor) else {
                    return []
                }
                continue
            }
            let news = inbox.take(ids)
            let open = news.filter { !$0.state.isFinal }
            if !open.isEmpty { onProgress?(open) }
            if open.count < news.count { return news.filter(\.state.isFinal) }
            if let deadline, deadline <= .now { return [] }
            if wait(until: deadline, wokenBy: descriptor) { return [] }
        }
    }

    /// - Returns: `false` if nobody waits any more.
    /// - Throws: the last error, if it has not passed in time.
    private func reconnect(
        after error: BrokerError,
        until limit: Instant?,
        wokenBy descriptor: Int32?
    ) throws(BrokerError) -> Bool {
        var error = error
        let end = Instant.now + max(timeout, Self.patience)
        var delay = ReconnectDelay(first: .milliseconds(20), longest: .milliseconds(500))
        while error.mayPass {
            do throws(BrokerError) {
                connection = try Self.connect(server, address, timeout, replyTimeout)
                return true
            } catch let next { error = next }
            let next = Instant.now + delay.next()
            if let limit, limit <= next { return false }
            guard next < end else { break }
            var entry = pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, PollTimeout.milliseconds(until: next)) > 0 { return false }
        }
        throw error
    }

    /// - Returns: whether the descriptor has woken it.
    private func wait(until deadline: Instant?, wokenBy descriptor: Int32?) -> Bool {
        // poll(2) ignores a negative descriptor.
        var entries = [connection.descriptor, descriptor ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let end = [deadline, connection.deadline].compactMap(\.self).min()
        poll(&entries, 2, end.map { PollTimeout.milliseconds(until: $0) } ?? -1)
        return entries[1].revents != 0
    }

    /// Reads what has come, without waiting for more.
    private func readReplies() throws(BrokerError) {
        do throws(AMQPFailure) {
            while let event = try connection.next(within: .zero) {
                switch event {
                case .delivered(let message): note(message.content)
                case .cancelled:
                    // Somebody has deleted it, and what was in it.
                    try connection.declareReplies(address)
                    try connection.listen(address.queue)
                default: break
                }
            }
        } catch {
            throw error.breaking.afterwards(connection.url)
        }
    }

    private func note(_ content: RawMessage) {
        guard let message = try? content.message(),
            let id = message.properties[key: "correlation_id"]?.string.map(TaskID.init),
            let result = StoredResult(json: message.body, id: id)
        else { return }
        inbox.put(result)
    }

    package func expect(_ ids: [TaskID]) {}

    package func forget(_ ids: [TaskID]) throws(BrokerError) { inbox.forget(ids) }

    package func renew(_ ids: [TaskID]) throws(BrokerError) { inbox.forget(ids) }
}
