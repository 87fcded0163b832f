package import TaskQueue

extension RedisBroker: LeaseKeeper {
    package func renewLease(
        holding tags: [String],
        serving queues: [QueueName]
    ) throws(BrokerError) -> Bool {
        let reply = try scripts.run(
            RedisScripts.renewLease,
            keys: [RedisKeys.workers, RedisKeys.unacknowledgedIndex]
                + queues.map(RedisKeys.served),
            arguments: ([worker, String(Lease.length.components.seconds)] + tags).map {
                Array($0.utf8)
            }
        )
        return reply.integer == 1
    }

    package func recoverTasks() throws(BrokerError) -> [(worker: String, tasks: Int)] {
        let dead = try scripts.run(
            RedisScripts.deadWorkers,
            keys: [RedisKeys.workers],
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

    package func releaseLease() throws(BrokerError) {
        _ = try connection.run(RedisCommand("ZREM").adding(RedisKeys.workers, worker))
    }

    /// - Returns: how many tasks the worker held.
    private func recover(from dead: String) throws(BrokerError) -> Int {
        var restored = 0
        for tags in try heldTags(of: dead).batches(of: Self.largestBatch) {
            var command = RedisCommand("HMGET").adding(RedisKeys.unacknowledged)
            for tag in tags { command.add(tag) }
            let values = try connection.run(command).elements
            let orphans = zip(tags, values).compactMap { tag, value in
                value.bytes.flatMap { Orphan(tag: tag, unacknowledged: $0) }
            }
            restored += try restore(orphans.filter { !$0.isPoison })
            let letters = orphans.filter(\.isPoison).map(\.letter)
            restored += letters.count - (try setAside(letters).count)
        }
        return restored
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
        guard !orphans.isEmpty else { return 0 }
        let reply = try scripts.run(
            RedisScripts.restore,
            keys: [RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex] + orphans.map(\.list),
            arguments: orphans.flatMap { [Array($0.tag.utf8), $0.envelope] }
        )
        return reply.integer ?? 0
    }
}
