package import TaskQueue

extension RedisBroker: LeaseKeeper {
    /// The time between two searches for tasks that leases and the index do not show.
    private static let sweepInterval: Duration = .seconds(30)

    package func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        let record = identity.map { WorkerRecord.json($0, queues: queues) }
        return try scripts.run(
            RenewLease(worker: worker, record: record, queues: queues, tags: tags)
        )
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        let sweeps = lastSweep.map { Instant.now - $0 >= Self.sweepInterval } ?? true
        if sweeps {
            try mendIndex()
            lastSweep = .now
        }
        let dead = try scripts.run(FindDeadWorkers(sweeps: sweeps))
        var recovered: [(worker: String, tasks: Int)] = []
        var failure: BrokerError?
        for dead in dead {
            do throws(BrokerError) {
                let count = try recover(from: dead)
                if count > 0 { recovered.append((dead, count)) }
                try scripts.run(BuryWorker(worker: dead))
            } catch {
                // What keeps one from being buried need not keep the others.
                guard error.isAnswer else { throw error }
                failure = error
            }
        }
        if let failure, recovered.isEmpty { throw failure }
        return recovered
    }

    package func requeueAllBut(_ tags: [String]) throws(BrokerError) {
        // Commands of an older connection may still be on their way to the server.
        var current = RedisCommand("SET")
            .adding(RedisKeys.connection(worker: worker), tagPrefix, "EX")
        current.add(seconds: RedisKeys.connectionLifetime)
        _ = try connection.run(current)
        let known = Set(tags)
        let unknown = try heldTags(of: worker).filter { !known.contains($0) }
        let (orphans, letters) = try orphans(unknown) { _ in nil }
        _ = try deadLetter(letters)
        _ = try restore(orphans)
    }

    package func releaseLease(serving queues: [QueueName]) throws(BrokerError) {
        try scripts.run(ReleaseLease(worker: worker, queues: queues))
    }

    /// - Returns: how many tasks the worker held.
    private func recover(from dead: String) throws(BrokerError) -> Int {
        let tags = try heldTags(of: dead)
        let suspect = tags.first.map { RedisKeys.isSuspect(tag: $0) ? $0 : "" } ?? ""
        let finding = RecordFinding.Finding(count: tags.count, suspect: suspect)
        let found = try scripts.run(RecordFinding(worker: dead, found: finding))
        let (orphans, strays) = try orphans(tags) { tag in
            Charge(
                amongst: found.count,
                isLast: tag == found.suspect,
                lastWasSuspect: found.suspect != ""
            )
        }
        let poison = orphans.filter { $0.isPoison(besides: found.deaths) }
        let letters = strays + poison.map(\.letter)
        let lost = letters.isEmpty ? 0 : try deadLetter(letters).count
        let innocent = poison.isEmpty ? orphans : []
        return try restore(innocent) + letters.count - lost
    }

    /// The tasks behind delivery tags, and values that are not tasks that could be put back; tags that are no
    /// longer in `unacked` are left out.
    ///
    /// `charge` says what each has to do with its worker's death; `nil`: that lives.
    private func orphans(
        _ tags: [String],
        _ charge: (_ tag: String) -> Charge?
    ) throws(BrokerError) -> (orphans: [Orphan], strays: [DeadLetter]) {
        var (orphans, strays, gone): ([Orphan], [DeadLetter], [String]) = ([], [], [])
        for tags in tags.batches(of: Self.largestBatch) {
            var command = RedisCommand("HMGET").adding(RedisKeys.unacknowledged)
            for tag in tags { command.add(tag) }
            for (tag, value) in zip(tags, try connection.run(command).elements) {
                guard let value = value.bytes else {
                    gone.append(tag)
                    continue
                }
                if let orphan = Orphan(tag: tag, unacknowledged: value, charge: charge(tag)) {
                    orphans.append(orphan)
                } else {
                    strays.append(Orphan.stray(tag, value))
                }
            }
        }
        try forget(gone)
        return (orphans, strays)
    }

    /// The tags in `unacked_index` that begin as all of the worker's do.
    private func heldTags(of dead: String) throws(BrokerError) -> [String] {
        var tags: [String] = []
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            let reply = try connection.run(
                RedisCommand("ZSCAN").adding(
                    RedisKeys.unacknowledgedIndex,
                    cursor.text,
                    "MATCH",
                    Self.globEscaped(RedisKeys.tagPrefix(worker: dead)) + "*",
                    "COUNT",
                    "1000"
                )
            )
            hasMore = cursor.advance(to: reply.elements.first?.text)
            let pairs = reply.elements.last?.elements ?? []
            for index in stride(from: 0, to: pairs.count, by: 2) {
                // The beginning may be that of another worker's, whose id goes on after a colon.
                if let tag = pairs[index].text, RedisKeys.parts(ofTag: tag)?.worker == dead {
                    tags.append(tag)
                }
            }
        }
        // A scan may name a tag twice. The last taken goes back first, so that the first is in front.
        return Set(tags).map { ($0, RedisKeys.order(ofTag: $0)) }.sorted { $0.1 > $1.1 }.map(\.0)
    }

    /// `orphans` begins with the one that was taken last.
    private func restore(_ orphans: [Orphan]) throws(BrokerError) -> Int {
        var restored = 0
        var problem = ""
        var time = Timestamp.now().microseconds / 1000 + Int64(orphans.count)
        for batch in orphans.batches(of: Self.largestBatch) {
            let answer = try scripts.run(RestoreTasks(orphans: batch, milliseconds: time - 1))
            time -= Int64(batch.count)
            restored += answer.restored
            if !answer.problem.isEmpty { problem = answer.problem }
        }
        if !problem.isEmpty { throw connection.error(problem) }
        return restored
    }

    private func forget(_ tags: [String]) throws(BrokerError) {
        for batch in tags.batches(of: Self.largestBatch) {
            try scripts.run(ForgetTags(tags: batch))
        }
    }

    /// Finds what is held and has lost its place in the index, which may have been evicted.
    private func mendIndex() throws(BrokerError) {
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            hasMore = cursor.advance(to: try scripts.run(MendIndex(cursor: cursor)))
        }
    }

    /// A text as a pattern that matches only itself.
    private static func globEscaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if "*?[]\\^-".unicodeScalars.contains(character) { escaped.append("\\") }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
