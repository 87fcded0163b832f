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
                    keys: [RedisKeys.workers, RedisKeys.finding(worker: dead)],
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
        let (orphans, letters) = try orphans(unknown) { _ in nil }
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
        let tags = try heldTags(of: dead)
        let suspect = tags.first.map { RedisKeys.isSuspect(tag: $0) ? $0 : "" } ?? ""
        let found = try finding(of: dead, "\(tags.count) \(suspect)")
        let (orphans, strays) = try orphans(tags) { tag in
            Charge(
                amongst: found.count,
                isLast: tag == found.suspect,
                lastWasSuspect: found.suspect != ""
            )
        }
        let poison = orphans.filter { $0.isPoison(besides: found.deaths) }
        let letters = strays + poison.map(\.letter)
        let lost = letters.isEmpty ? 0 : try setAside(letters).count
        let innocent = poison.isEmpty ? orphans : []
        return try restore(innocent) + letters.count - lost
    }

    /// How many tasks a dead worker held, and the tag of the last if that was under suspicion, else empty, as
    /// the first has found it that recovers them; and how many workers died of late without such a task.
    private func finding(
        of dead: String,
        _ found: String
    ) throws(BrokerError) -> (count: Int, suspect: String, deaths: Int) {
        let reply = try scripts.run(
            RedisScripts.find,
            keys: [RedisKeys.finding(worker: dead), RedisKeys.workers, RedisKeys.deaths],
            arguments: [found, "3600", dead, "\(Lease.deathMemory.components.seconds)"]
                .map { Array($0.utf8) }
        ).elements
        let first = reply.first?.text ?? found
        let parts = first.split(separator: " ", maxSplits: 1).map { String($0) }
        return (
            parts.first.flatMap { Int($0) } ?? 0, parts.count > 1 ? parts[1] : "",
            reply.last?.integer ?? 0
        )
    }

    /// The tasks behind delivery tags, and what is no task that could be put back; what is not in `unacked`
    /// any more is left out.
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
            var arguments: [[UInt8]] = []
            for orphan in batch {
                time -= 1
                arguments += [Array(orphan.tag.utf8)] + orphan.place(at: time)
                arguments.append(Array(orphan.queue.text.utf8))
            }
            let reply = try scripts.run(
                RedisScripts.restore,
                keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex]
                    + batch.map { RedisKeys.list($0.queue, step: $0.step) },
                arguments: arguments
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
        var cursor = ScanCursor()
        var hasMore = true
        while hasMore {
            let next = try scripts.run(
                RedisScripts.mendIndex,
                keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex],
                arguments: [Array(cursor.text.utf8)]
            )
            hasMore = cursor.advance(to: next.text)
        }
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
