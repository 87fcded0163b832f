package import TaskQueue

extension RedisBroker: LeaseKeeper {
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
            arguments: [worker, String(Lease.length.components.seconds)].map { Array($0.utf8) }
                + [identity.map { WorkerRecord.json($0, queues: queues) } ?? []]
                + tags.map { Array($0.utf8) }
        )
        return reply.integer == 1
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        let dead = try scripts.run(
            RedisScripts.deadWorkers,
            keys: [RedisKeys.workers, RedisKeys.outage],
            arguments: []
        )
        var recovered: [(worker: String, tasks: Int)] = []
        for dead in dead.elements.compactMap(\.text) {
            let count = try recover(from: dead)
            if count > 0 { recovered.append((dead, count)) }
            _ = try scripts.run(
                RedisScripts.buryWorker,
                keys: [RedisKeys.workers],
                arguments: [Array(dead.utf8)]
            )
        }
        return recovered
    }

    package func requeueAllBut(_ tags: [String]) throws(BrokerError) {
        // What an older connection has sent may still be on its way to the server.
        let current = RedisCommand("SET").adding(RedisKeys.connection(worker: worker), tagPrefix)
        _ = try connection.run(current.adding("EX", "3600"))
        let known = Set(tags)
        let unknown = try heldTags(of: worker).filter { !known.contains($0) }
        _ = try restore(try orphans(unknown, losses: 0))
    }

    package func releaseLease(serving queues: [QueueName]) throws(BrokerError) {
        _ = try scripts.run(
            RedisScripts.releaseLease,
            keys: [RedisKeys.workers, RedisKeys.worker(worker)]
                + queues.flatMap { [RedisKeys.lookout($0), RedisKeys.gate($0)] },
            arguments: [Array(worker.utf8)]
        )
    }

    /// - Returns: how many tasks the worker held.
    private func recover(from dead: String) throws(BrokerError) -> Int {
        let orphans = try orphans(try heldTags(of: dead), losses: 1)
        let letters = orphans.filter(\.isPoison).map(\.letter)
        let lost = letters.isEmpty ? 0 : try setAside(letters).count
        return try restore(orphans.filter { !$0.isPoison }) + letters.count - lost
    }

    /// The tasks behind delivery tags; what is not in `unacked` any more is left out.
    ///
    /// `losses` is how many workers died now: 1, or 0 if one only does not know what it holds.
    private func orphans(_ tags: [String], losses: Int) throws(BrokerError) -> [Orphan] {
        var orphans: [Orphan] = []
        for tags in tags.batches(of: Self.largestBatch) {
            var command = RedisCommand("HMGET").adding(RedisKeys.unacknowledged)
            for tag in tags { command.add(tag) }
            for (tag, value) in zip(tags, try connection.run(command).elements) {
                guard let value = value.bytes else { continue }
                if let orphan = Orphan(tag: tag, unacknowledged: value, losses: losses) {
                    orphans.append(orphan)
                }
            }
        }
        return orphans
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
                    RedisKeys.tagPrefix(worker: dead) + "*",
                    "COUNT",
                    "1000"
                )
            )
            cursor = reply.elements.first?.text ?? "0"
            let pairs = reply.elements.last?.elements ?? []
            for index in stride(from: 0, to: pairs.count, by: 2) {
                if let tag = pairs[index].text { tags.append(tag) }
            }
        } while cursor != "0"
        // A scan may name a tag twice. The last taken goes back first, so that the first is in front.
        return Set(tags).sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    private func restore(_ orphans: [Orphan]) throws(BrokerError) -> Int {
        var restored = 0
        for batch in orphans.batches(of: Self.largestBatch) {
            let reply = try scripts.run(
                RedisScripts.restore,
                keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex] + batch.map(\.list),
                arguments: batch.flatMap { [Array($0.tag.utf8), $0.envelope] }
            )
            restored += reply.count
        }
        return restored
    }
}
