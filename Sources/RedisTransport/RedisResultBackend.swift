internal import Glibc
package import TaskQueue

/// Results in Redis, where Celery keeps them: a record under a key, announced on a channel of the same
/// name.
package final class RedisResultBackend: ResultBackend {
    /// A reader asks again this often, in case a writer stored a record and did not announce it.
    private static let recheckInterval: Duration = .seconds(5)
    private static let largestBatch = 500

    private let address: RedisAddress
    private let timeout: Duration
    private let replyTimeout: Duration
    private let lifetime: Duration?
    private var connection: RedisConnection
    private var scripts: ScriptRunner
    private let sent: SentRecorder
    private let decompress: Decompressor?
    private let progress = ProgressReporter()
    private var subscription: ResultSubscription?

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: of the server.
    ///   - timeout: for connecting, and for the first answer.
    ///   - replyTimeout: how long a server that has answered before may take for an answer.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - decompress: undoes Celery's `result_compression`; `nil`: such records cannot be read.
    /// - Throws: ``BrokerError`` if the server cannot be reached, or does not let us in.
    package init(
        _ address: RedisAddress,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        resultLifetime: Duration?,
        decompress: Decompressor? = nil
    ) throws(BrokerError) {
        self.address = address
        self.timeout = timeout
        self.replyTimeout = replyTimeout
        self.decompress = decompress
        lifetime = resultLifetime
        connection = try RedisConnection(address, timeout: timeout, replyTimeout: replyTimeout)
        scripts = ScriptRunner(connection)
        sent = SentRecorder(lifetime: resultLifetime)
    }

    package func store(_ results: [StoredResult]) throws(BrokerError) {
        for batch in results.batches(of: Self.largestBatch) {
            let milliseconds = (lifetime?.microseconds ?? 0) / 1000
            _ = try scripts.run(
                RedisScripts.storeResults,
                keys: batch.map { RedisKeys.result($0.id) },
                arguments: [Array(String(milliseconds).utf8)] + batch.map(\.json)
            )
        }
    }

    package func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        var statuses: [ResultStatus] = []
        for batch in ids.batches(of: Self.largestBatch) {
            do throws(BrokerError) { statuses += try fetchBatch(batch) } catch {
                // Who has not been there yet was waited for long enough.
                if case .unreachable = error { throw error }
                try reconnect(after: error)
                statuses += try fetchBatch(batch)
            }
        }
        return statuses
    }

    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: ContinuousClock.Instant?,
        wokenBy descriptor: Int32?,
        onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        while true {
            do throws(BrokerError) {
                return try awaitFinalOnce(ids, until: deadline, descriptor, onProgress)
            } catch {
                // A restart, or more results at once than the server keeps for a slow reader: new
                // connections look at all records again.
                try reconnect(after: error, until: deadline, wokenBy: descriptor)
                if let deadline, deadline <= .now { return [] }
                if Socket.isReadable(descriptor) { return [] }
            }
        }
    }

    package func forget(_ ids: [TaskID]) throws(BrokerError) {
        for batch in ids.batches(of: Self.largestBatch) {
            do throws(BrokerError) { try forgetBatch(batch) } catch {
                // Who has not been there yet was waited for long enough.
                if case .unreachable = error { throw error }
                try reconnect(after: error)
                try forgetBatch(batch)
            }
        }
    }

    private func forgetBatch(_ ids: [TaskID]) throws(BrokerError) {
        let commands = ids.flatMap { id in
            [RedisCommand("DEL").adding(RedisKeys.result(id)), sent.forget(id)]
        }
        _ = try connection.run(commands)
    }
}

// MARK: - Outages

extension RedisResultBackend {
    private static let shortestWait: Duration = .milliseconds(20)

    /// Makes new connections in the place of those that are lost, when the server is there again and does
    /// its work.
    ///
    /// - Parameters:
    ///   - error: what went wrong.
    ///   - limit: when nobody waits any more; `nil`: as long as connecting may take.
    ///   - descriptor: nobody waits any more when it becomes readable; `nil`: there is none.
    /// - Throws: `error` if it does not pass, and the last one if it has not passed in the time for
    ///   connecting.
    private func reconnect(
        after error: BrokerError,
        until limit: ContinuousClock.Instant? = nil,
        wokenBy descriptor: Int32? = nil
    ) throws(BrokerError) {
        var error = error
        let end = ContinuousClock.now + timeout
        var delay = ReconnectDelay(first: Self.shortestWait, longest: .milliseconds(500))
        subscription = nil
        while error.mayPass {
            do throws(BrokerError) {
                let left = max(ContinuousClock.now.duration(to: end), Self.shortestWait)
                connection = try RedisConnection(
                    address,
                    timeout: left,
                    replyTimeout: replyTimeout
                )
                scripts = ScriptRunner(connection)
                // A server that loads its data lets everybody in, and answers nothing.
                _ = try records(of: [TaskID("")])
                return
            } catch let next {
                error = next
            }
            let pause = delay.next()
            let next = ContinuousClock.now + pause
            if let limit, limit <= next { return }
            guard next < end else { break }
            if Socket.wait(descriptor ?? -1, for: POLLIN, until: next) { return }
        }
        throw error
    }
}

// MARK: - Reading

extension RedisResultBackend {
    private func awaitFinalOnce(
        _ ids: [TaskID],
        until deadline: ContinuousClock.Instant?,
        _ descriptor: Int32?,
        _ onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        let subscription = try openedSubscription()
        subscription.hearsProgress = onProgress != nil
        // First subscribe, then look: a record that comes in between is both seen and announced.
        let asked = Set(ids)
        let new = try subscription.add(asked)
        try subscription.keep(asked)
        progress.keep(asked)
        var finished = progress.report(try latest(of: new, subscription), to: onProgress)
        var recheck = ContinuousClock.now + Self.recheckInterval
        while finished.isEmpty {
            let limit = min(deadline ?? recheck, recheck)
            let heard = try subscription.wait(for: asked, until: limit, or: descriptor)
            finished = progress.report(heard, to: onProgress)
            if !finished.isEmpty { break }
            if let deadline, ContinuousClock.now >= deadline { break }
            if Socket.isReadable(descriptor) { break }
            guard ContinuousClock.now >= recheck else { continue }
            recheck = .now + Self.recheckInterval
            finished = progress.report(try latest(of: ids, subscription), to: onProgress)
        }
        try subscription.remove(finished.map(\.id))
        return finished
    }

    /// The records as they are now: what is stored and, over it, what has been announced by then.
    ///
    /// What was announced before would else be told afterwards, as if it were newer. A final record stays.
    private func latest(
        of ids: [TaskID],
        _ subscription: ResultSubscription
    ) throws(BrokerError) -> [StoredResult] {
        guard !ids.isEmpty else { return [] }
        var latest: [TaskID: StoredResult] = [:]
        for batch in ids.batches(of: Self.largestBatch) {
            for case let record? in try records(of: batch) { latest[record.id] = record }
        }
        for heard in try subscription.wait(for: Set(ids), until: .now, or: nil)
        where latest[heard.id]?.state.isFinal != true { latest[heard.id] = heard }
        return Array(latest.values)
    }

    private func openedSubscription() throws(BrokerError) -> ResultSubscription {
        if let subscription { return subscription }
        let connection = try RedisConnection(
            address,
            timeout: timeout,
            replyTimeout: replyTimeout
        )
        let opened = ResultSubscription(connection) { [decompress] in
            RedisRecord.decode($0, id: $1, decompress: decompress)
        }
        subscription = opened
        return opened
    }

    private func records(of ids: [TaskID]) throws(BrokerError) -> [StoredResult?] {
        var command = RedisCommand("MGET", capacity: ids.count * 64)
        for id in ids { command.add(RedisKeys.result(id)) }
        return zip(ids, try connection.run(command).elements).map { id, reply in
            reply.bytes.flatMap { RedisRecord.decode($0, id: id, decompress: decompress) }
        }
    }

    private func fetchBatch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        let records = try records(of: ids)
        let missing = zip(ids, records).filter { $1 == nil }.map { $0.0 }
        var sent = try wereSent(missing).makeIterator()
        return records.map { record in
            if let record { return .stored(record) }
            return sent.next() == true ? .pending : .unknown
        }
    }

    /// Whether each id was sent by tq, and not forgotten.
    private func wereSent(_ ids: [TaskID]) throws(BrokerError) -> [Bool] {
        guard !ids.isEmpty else { return [] }
        var commands: [RedisCommand] = []
        for id in ids {
            commands.append(RedisCommand("GET").adding(RedisKeys.sent(id: id)))
            guard let record = SentRecord(id) else { continue }
            commands.append(
                RedisCommand("HGET").adding(RedisKeys.sent(bucket: record.bucket), record.nodeText)
            )
        }
        var replies = try connection.run(commands).makeIterator()
        return ids.map { id in
            let mark = replies.next()?.text
            let record = SentRecord(id)
            let latest = record.flatMap { _ in replies.next()?.text }
            if let mark { return mark == "1" }
            guard let record, let latest else { return false }
            return record.clockText <= latest
        }
    }
}
