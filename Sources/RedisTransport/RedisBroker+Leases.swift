package import TaskQueue

extension RedisBroker: LeaseKeeper {
    /// No worker that lives is silent for longer.
    private static let longestSilence = Lease.renewalInterval + .milliseconds(1500)
    /// A silence of all that is longer is no outage for a worker that is new.
    private static let longestOutage: Duration = .seconds(60)
    /// What workers have to come back after an outage: they try each second, for some seconds.
    private static let timeToComeBack: Duration = .milliseconds(7500)
    /// Between two looks for what leases and the index do not tell.
    private static let sweepInterval: Duration = .seconds(30)

    package func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        let reply = try scripts.run(
            RedisScripts.renewLease,
            keys: [
                RedisKeys.workers, RedisKeys.unacknowledgedIndex, RedisKeys.lastRenewal,
                RedisKeys.outage, RedisKeys.worker(worker),
            ] + queues.map(RedisKeys.served),
            arguments: [worker, Self.seconds(Lease.length)].map { Array($0.utf8) }
                + [identity.map { WorkerRecord.json($0, queues: queues) } ?? []]
                + ([
                    Self.seconds(Self.longestSilence), Self.seconds(Self.longestOutage),
                    String(Self.timeToComeBack.microseconds / 1000),
                ] + tags).map { Array($0.utf8) }
        )
        return reply.integer == 1
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        let sweeps = lastSweep.map { ContinuousClock.now - $0 >= Self.sweepInterval } ?? true
        if sweeps {
            try mendIndex()
            lastSweep = .now
        }
        let dead = try scripts.run(
            RedisScripts.deadWorkers,
            keys: [
                RedisKeys.workers, RedisKeys.outage, RedisKeys.lastRenewal,
                RedisKeys.unacknowledgedIndex,
            ],
            arguments: [
                Self.seconds(Lease.length), Self.seconds(Self.longestSilence),
                Self.seconds(Self.longestOutage), sweeps ? "1" : "0",
            ].map { Array($0.utf8) }
        )
        var recovered: [(worker: String, tasks: Int)] = []
        var failure: BrokerError?
        for dead in dead.elements.compactMap(\.text) {
            do throws(BrokerError) {
                let count = try recover(from: dead)
                if count > 0 { recovered.append((dead, count)) }
                _ = try scripts.run(
                    RedisScripts.buryWorker,
                    keys: [RedisKeys.workers],
                    arguments: [Array(dead.utf8)]
                )
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
        // What an older connection has sent may still be on its way to the server.
        let current = RedisCommand("SET").adding(RedisKeys.connection(worker: worker), tagPrefix)
        _ = try connection.run(current.adding("EX", "3600"))
        let known = Set(tags)
        let unknown = try heldTags(of: worker).filter { !known.contains($0) }
        let (orphans, letters) = try orphans(unknown, losses: 0)
        _ = try setAside(letters)
        _ = try restore(orphans)
    }

    package func releaseLease(serving queues: [QueueName]) throws(BrokerError) {
        _ = try scripts.run(
            RedisScripts.releaseLease,
            keys: [RedisKeys.workers, RedisKeys.worker(worker)]
                + queues.flatMap { queue in
                    [RedisKeys.lookout(queue), RedisKeys.gate(queue)]
                        + RedisKeys.prioritySteps.map { RedisKeys.list(queue, step: $0) }
                },
            arguments: [Array(worker.utf8)]
        )
    }

    /// - Returns: how many tasks the worker held.
    private func recover(from dead: String) throws(BrokerError) -> Int {
        let (orphans, strays) = try orphans(try heldTags(of: dead), losses: 1)
        let letters = strays + orphans.filter(\.isPoison).map(\.letter)
        let lost = letters.isEmpty ? 0 : try setAside(letters).count
        return try restore(orphans.filter { !$0.isPoison }) + letters.count - lost
    }

    /// The tasks behind delivery tags, and what is no task that could be put back; what is not in `unacked`
    /// any more is left out.
    ///
    /// `losses` is how many workers died now: 1, or 0 if one only does not know what it holds.
    private func orphans(
        _ tags: [String],
        losses: Int
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
                if let orphan = Orphan(tag: tag, unacknowledged: value, losses: losses) {
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
        var cursor = "0"
        repeat {
            let reply = try connection.run(
                RedisCommand("ZSCAN").adding(
                    RedisKeys.unacknowledgedIndex,
                    cursor,
                    "MATCH",
                    Self.globEscaped(RedisKeys.tagPrefix(worker: dead)) + "*",
                    "COUNT",
                    "1000"
                )
            )
            cursor = reply.elements.first?.text ?? "0"
            let pairs = reply.elements.last?.elements ?? []
            for index in stride(from: 0, to: pairs.count, by: 2) {
                // The beginning may be that of another worker's, whose id goes on after a colon.
                if let tag = pairs[index].text, RedisKeys.parts(ofTag: tag)?.worker == dead {
                    tags.append(tag)
                }
            }
        } while cursor != "0"
        // A scan may name a tag twice. The last taken goes back first, so that the first is in front.
        return Set(tags).sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    private func restore(_ orphans: [Orphan]) throws(BrokerError) -> Int {
        var restored = 0
        var problem = ""
        for batch in orphans.batches(of: Self.largestBatch) {
            let reply = try scripts.run(
                RedisScripts.restore,
                keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex] + batch.map(\.list),
                arguments: batch.flatMap { [Array($0.tag.utf8), $0.envelope] }
            ).elements
            restored += reply.first?.count ?? 0
            if let text = reply.last?.text, !text.isEmpty { problem = text }
        }
        if !problem.isEmpty { throw connection.error(problem) }
        return restored
    }

    private func forget(_ tags: [String]) throws(BrokerError) {
        for batch in tags.batches(of: Self.largestBatch) {
            _ = try scripts.run(
                RedisScripts.forgetTags,
                keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex],
                arguments: batch.map { Array($0.utf8) }
            )
        }
    }

    /// Finds what is held and has lost its place in the index, which may have been evicted.
    private func mendIndex() throws(BrokerError) {
        var cursor = "0"
        repeat {
            cursor =
                try scripts.run(
                    RedisScripts.mendIndex,
                    keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex],
                    arguments: [Array(cursor.utf8)]
                ).text ?? "0"
        } while cursor != "0"
    }

    private static func seconds(_ length: Duration) -> String {
        let (seconds, rest) = length.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return rest == 0 ? "\(seconds)" : "\(Double(length.microseconds) / 1_000_000)"
    }

    /// A text as a pattern that it alone matches.
    private static func globEscaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if "*?[]\\^-".unicodeScalars.contains(character) { escaped.append("\\") }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
