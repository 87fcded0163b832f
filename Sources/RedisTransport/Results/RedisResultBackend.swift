internal import Glibc
package import TaskQueue

/// Results in Redis, where Celery keeps them: a record under a key, announced on a channel of the same
/// name.
package final class RedisResultBackend: ResultBackend {
    /// A reader asks again this often, in case a writer stored a record and did not announce it.
    private static let recheckInterval: Duration = .seconds(5)
    private static let largestBatch = 500
    private static let fewIDs = 10

    private let address: RedisAddress
    private let timeout: Duration
    private let replyTimeout: Duration
    private let end: Instant?
    let lifetime: Duration?
    private(set) var connection: RedisConnection
    private(set) var scripts: ScriptRunner
    private let sent: SentRecorder
    private let decompress: Decompressor?
    private let progress = ProgressReporter()
    private var subscription: ResultSubscription?
    /// Of which nothing being known means that they have ended.
    private var expected: Set<TaskID> = []

    /// Connects.
    ///
    /// - Parameters:
    ///   - address: of the server.
    ///   - timeout: for connecting, and for the first answer.
    ///   - replyTimeout: how long a server that has answered before may take for an answer.
    ///   - end: when nobody waits for anything any more; `nil`: as long as the timeouts allow.
    ///   - resultLifetime: how long results are kept; `nil`: for ever.
    ///   - decompress: undoes Celery's `result_compression`; `nil`: compressed records cannot be read.
    /// - Throws: ``BrokerError`` if the server cannot be reached, or does not let us in.
    package init(
        _ address: RedisAddress,
        timeout: Duration,
        replyTimeout: Duration = .seconds(30),
        until end: Instant? = nil,
        resultLifetime: Duration?,
        decompress: Decompressor? = nil
    ) throws(BrokerError) {
        self.address = address
        self.timeout = timeout
        self.replyTimeout = replyTimeout
        self.end = end
        self.decompress = decompress
        lifetime = resultLifetime
        connection = try RedisConnection(
            address,
            timeout: timeout,
            replyTimeout: replyTimeout,
            until: end
        )
        scripts = ScriptRunner(connection)
        sent = SentRecorder(lifetime: resultLifetime)
    }

    package func store(_ results: [StoredResult]) throws(BrokerError) {
        for batch in results.batches(of: Self.largestBatch) {
            try scripts.run(StoreResults(results: batch, lifetime: lifetime ?? .zero))
        }
    }

    package func fetch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        var statuses: [ResultStatus] = []
        for batch in ids.batches(of: Self.largestBatch) {
            do throws(BrokerError) { statuses += try fetchBatch(batch) } catch {
                // A server that was never there has been waited for long enough.
                if case .unreachable = error { throw error }
                try reconnect(after: error)
                statuses += try fetchBatch(batch)
            }
        }
        return statuses
    }

    package func awaitFinal(
        _ ids: [TaskID],
        until deadline: Instant?,
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

    package func expect(_ ids: [TaskID]) { expected.formUnion(ids) }

    package func forget(_ ids: [TaskID]) throws(BrokerError) {
        try change(ids) { id in
            let key = RedisKeys.result(id)
            // Those who wait look for the record.
            return [
                RedisCommand("DEL").adding(key), sent.forget(id),
                RedisCommand("PUBLISH").adding(key, ""),
            ]
        }
    }

    package func renew(_ ids: [TaskID]) throws(BrokerError) {
        try change(ids) {
            let key = RedisKeys.sent(id: $0)
            let commands = [RedisCommand("DEL").adding(RedisKeys.result($0), key)]
            guard let bucket = TaskIDParts($0)?.bucket else { return commands }
            let forgotten = RedisKeys.forgotten(bucket: bucket)
            return commands + [RedisCommand("SREM").adding(forgotten, $0.text)]
        }
    }

    /// Runs the commands for each id, again over a new connection if need be.
    private func change(
        _ ids: [TaskID],
        _ commands: (TaskID) -> [RedisCommand]
    ) throws(BrokerError) {
        for batch in ids.batches(of: Self.largestBatch) {
            let all = batch.flatMap(commands)
            do throws(BrokerError) { _ = try connection.run(all) } catch {
                // A server that was never there has been waited for long enough.
                if case .unreachable = error { throw error }
                try reconnect(after: error)
                _ = try connection.run(all)
            }
        }
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
        until limit: Instant? = nil,
        wokenBy descriptor: Int32? = nil
    ) throws(BrokerError) {
        var error = error
        let last = Instant.now + timeout
        let end = min(last, self.end ?? last)
        var delay = ReconnectDelay(first: Self.shortestWait, longest: .milliseconds(500))
        subscription = nil
        while error.mayPass {
            do throws(BrokerError) {
                let left = max(end - Instant.now, Self.shortestWait)
                connection = try RedisConnection(
                    address,
                    timeout: left,
                    replyTimeout: replyTimeout,
                    until: end
                )
                scripts = ScriptRunner(connection)
                // A server that loads its data lets everybody in, and answers nothing.
                _ = try records(of: [TaskID("")])
                return
            } catch let next {
                error = next
            }
            let pause = delay.next()
            let next = Instant.now + pause
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
        until deadline: Instant?,
        _ descriptor: Int32?,
        _ onProgress: (([StoredResult]) -> Void)?
    ) throws(BrokerError) -> [StoredResult] {
        let subscription = try openedSubscription()
        // First subscribe, then look: a record that comes in between is both seen and announced.
        let asked = Set(ids)
        let new = try subscription.add(asked)
        try subscription.keep(asked)
        progress.keep(asked)
        // Of many, it is only asked later whether they were forgotten.
        let first = try records(of: new, orForgotten: new.count <= Self.fewIDs)
        var finished = progress.report(first, to: onProgress)
        var recheck = Instant.now + Self.recheckInterval
        while finished.isEmpty {
            let limit = min(deadline ?? recheck, recheck)
            var rung = try subscription.wait(for: asked, until: limit, or: descriptor)
            if rung.isEmpty {
                if let deadline, Instant.now >= deadline { break }
                if Socket.isReadable(descriptor) { break }
                guard Instant.now >= recheck else { continue }
                recheck = .now + Self.recheckInterval
                rung = ids
            }
            let heard = try records(of: rung, orForgotten: true)
            finished = progress.report(heard, to: onProgress)
        }
        try subscription.remove(finished.map(\.id))
        return finished
    }

    /// The records that are there.
    ///
    /// - Parameters:
    ///   - ids: of the tasks.
    ///   - marks: whether also what is known of those without a record counts: see ``TaskState/gone``.
    /// - Returns: in no order.
    /// - Throws: ``BrokerError``.
    private func records(
        of ids: [TaskID],
        orForgotten marks: Bool
    ) throws(BrokerError) -> [StoredResult] {
        var found: [StoredResult] = []
        for batch in ids.batches(of: Self.largestBatch) {
            guard marks else {
                found += try records(of: batch).compactMap(\.self)
                continue
            }
            for (id, (record, mark)) in zip(batch, try recordsAndMarks(of: batch)) {
                if let record {
                    found.append(record)
                } else if mark == .forgotten || mark == .none && expected.contains(id) {
                    found.append(.gone(id))
                }
            }
        }
        for record in found where record.state.isFinal { expected.remove(record.id) }
        return found
    }

    private func openedSubscription() throws(BrokerError) -> ResultSubscription {
        if let subscription { return subscription }
        let connection = try RedisConnection(
            address,
            timeout: timeout,
            replyTimeout: replyTimeout,
            until: end
        )
        let opened = ResultSubscription(connection)
        subscription = opened
        return opened
    }

    private func records(of ids: [TaskID]) throws(BrokerError) -> [StoredResult?] {
        ids.isEmpty ? [] : records(of: ids, in: try connection.run(recordsCommand(ids)))
    }

    private func recordsCommand(_ ids: [TaskID]) -> RedisCommand {
        var command = RedisCommand("MGET", capacity: ids.count * 64)
        for id in ids { command.add(RedisKeys.result(id)) }
        return command
    }

    private func records(of ids: [TaskID], in reply: RedisReply) -> [StoredResult?] {
        zip(ids, reply.elements).map { id, reply in
            reply.bytes.flatMap { CompressedResult.decode($0, id: id, decompress: decompress) }
        }
    }

    private func fetchBatch(_ ids: [TaskID]) throws(BrokerError) -> [ResultStatus] {
        let found = try recordsAndMarks(of: ids)
        let sent = zip(ids, found).filter { $1.record == nil && $1.mark == .sent }.map { $0.0 }
        var pending = Set(sent)
        pending.subtract(try ended(sent.filter(isOld)))
        expected.formUnion(pending)
        return zip(ids, found).map { id, found in
            if let record = found.record { return .stored(record) }
            return pending.contains(id) ? .pending : .unknown
        }
    }
}

// MARK: - What was sent

extension RedisResultBackend {
    /// What is remembered of an id.
    private enum Mark {
        case none
        /// It was sent by tq, and not forgotten.
        case sent
        case forgotten
    }

    /// The records, and what is remembered of ids without a record; few of them take one round trip.
    private func recordsAndMarks(
        of ids: [TaskID]
    ) throws(BrokerError) -> [(record: StoredResult?, mark: Mark)] {
        if ids.count <= Self.fewIDs {
            let replies = try connection.run([recordsCommand(ids)] + markCommands(ids))
            let records = records(of: ids, in: replies[0])
            return Array(zip(records, marks(of: ids, in: replies.dropFirst())))
        }
        let records = try records(of: ids)
        let missing = zip(ids, records).filter { $1 == nil }.map { $0.0 }
        let replies = try connection.run(markCommands(missing))
        var marks = marks(of: missing, in: replies[...]).makeIterator()
        return records.map { ($0, $0 == nil ? marks.next() ?? .none : .none) }
    }

    private func markCommands(_ ids: [TaskID]) -> [RedisCommand] {
        ids.flatMap { id in
            let named = RedisCommand("GET").adding(RedisKeys.sent(id: id))
            guard let record = TaskIDParts(id) else { return [named] }
            let key = RedisKeys.sent(bucket: record.bucket)
            let forgotten = RedisKeys.forgotten(bucket: record.bucket)
            return [
                named, RedisCommand("HGET").adding(key, record.nodeText),
                RedisCommand("SISMEMBER").adding(forgotten, id.text),
            ]
        }
    }

    private func marks(of ids: [TaskID], in replies: ArraySlice<RedisReply>) -> [Mark] {
        var replies = replies.makeIterator()
        return ids.map { id in
            let named = replies.next()?.text
            let record = TaskIDParts(id)
            let latest = record.flatMap { _ in replies.next()?.text }
            let isForgotten = record.flatMap { _ in replies.next()?.integer } == 1
            if let named { return named == "0" ? .forgotten : .sent }
            if isForgotten { return .forgotten }
            guard let record, let latest else { return .none }
            return record.clockText <= latest ? .sent : .none
        }
    }
}

// MARK: - Expired results

extension RedisResultBackend {
    /// Whether a result that the task had soon after it was sent would have expired by now: then having been sent
    /// does not mean that it has not ended.
    private func isOld(_ id: TaskID) -> Bool {
        guard let lifetime, let record = TaskIDParts(id) else { return false }
        let sent = Timestamp(microseconds: Int64(record.clock >> 12) * 1000)
        return sent + lifetime < .now()
    }

    /// Those of the ids whose tasks are nowhere any more, so that they have ended.
    private func ended(_ ids: [TaskID]) throws(BrokerError) -> Set<TaskID> {
        guard !ids.isEmpty else { return [] }
        let found = try TaskSearch(scripts).find(ids)
        // One that was in nobody's hands for a moment has its record by now.
        let left = ids.filter { !found.contains($0) }
        let records = try records(of: left)
        return Set(zip(left, records).filter { $1 == nil }.map { $0.0 })
    }
}
