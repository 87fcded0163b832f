package import TaskQueue

extension RedisBroker {
    /// Tasks moved in one script, if they are small.
    private static let moveBatch = 100
    /// Tasks removed in one script, if they are small.
    private static let purgeBatch = 500
    /// Rounds in a row in which others took all that was to be moved.
    private static let mostFutileRounds = 1000

    package func purge(
        _ queue: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        var purged = 0
        try giveArrivalsBack(to: queue)
        for step in RedisKeys.prioritySteps {
            let list = RedisKeys.list(queue, step: step)
            let length = try connection.run(RedisCommand("LLEN").adding(list)).count
            purged += try purge(list, length, isSet: false)
        }
        let sets =
            [RedisKeys.suspects(queue)] + (includingDelayed ? [RedisKeys.delayed(queue)] : [])
        for set in sets {
            let length = try connection.run(RedisCommand("ZCARD").adding(set)).count
            purged += try purge(set, length, isSet: true)
        }
        return purged
    }

    /// A lookout that is gone may have left some.
    private func giveArrivalsBack(to queue: QueueName) throws(BrokerError) {
        _ = try scripts.run(
            RedisScripts.giveArrivalsBack,
            keys: RedisKeys.prioritySteps.map { RedisKeys.list(queue, step: $0) },
            arguments: []
        )
    }

    /// Page by page; no more than there were, so that it ends however fast more is sent.
    private func purge(_ key: String, _ length: Int, isSet: Bool) throws(BrokerError) -> Int {
        var purged = 0
        while purged < length {
            let page = min(length - purged, Self.purgeBatch)
            let limits = [isSet ? "1" : "0", "\(page)", "\(Self.largestCommand)"]
            let arguments =
                (limits + [RedisKeys.uniquePrefix]).map { Array($0.utf8) } + [
                    lifetimeArgument, holdsResults ? StoredResult.purgedUpToID : [],
                ]
            let reply = try scripts.run(RedisScripts.purge, keys: [key], arguments: arguments)
            guard reply.count > 0 else { break }
            purged += reply.count
        }
        return purged
    }

    package func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        var moved = 0
        try giveArrivalsBack(to: source)
        for step in RedisKeys.prioritySteps {
            let keys = [source, target].map { RedisKeys.list($0, step: step) }
            let length = try connection.run(RedisCommand("LLEN").adding(keys[0])).count
            moved += try moveAll(length) { () throws(BrokerError) in
                let start = String(-Self.moveBatch)
                let next = RedisCommand("LRANGE").adding(keys[0], start, "-1")
                let envelopes = try connection.run(next).elements.compactMap(\.bytes).reversed()
                let pairs = envelopes.map { [$0, Self.redirected($0, source, target)] }
                return try run(RedisScripts.moveWaiting, keys, pairs)
            }
        }
        moved += try moveSet(RedisKeys.suspects(source), source, target) {
            triples throws(BrokerError) in
            try run(
                RedisScripts.moveSuspects,
                [RedisKeys.suspects(source)],
                triples,
                [Array(target.text.utf8)]
            )
        }
        guard includingDelayed else { return moved }
        let keys = [source, target].map(RedisKeys.delayed)
        return try moved
            + moveSet(keys[0], source, target) { triples throws(BrokerError) in
                try run(RedisScripts.moveDelayed, keys, triples)
            }
    }

    /// `move` is given for each task its member, its member for the other queue, and its score.
    private func moveSet(
        _ set: String,
        _ source: QueueName,
        _ target: QueueName,
        _ move: ([[[UInt8]]]) throws(BrokerError) -> (tried: Int, moved: Int)
    ) throws(BrokerError) -> Int {
        let length = try connection.run(RedisCommand("ZCARD").adding(set)).count
        return try moveAll(length) { () throws(BrokerError) in
            let end = String(Self.moveBatch - 1)
            let first = RedisCommand("ZRANGE").adding(set, "0", end, "WITHSCORES")
            let reply = try connection.run(first).elements.compactMap(\.bytes)
            let triples = stride(from: 0, to: reply.count - 1, by: 2).map { index in
                let member = reply[index]
                let envelope = Self.redirected(Array(member.dropFirst()), source, target)
                return [member, member.prefix(1) + envelope, reply[index + 1]]
            }
            return try move(triples)
        }
    }

    package func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool {
        let reply = try scripts.run(
            RedisScripts.pause,
            keys: [RedisKeys.paused, RedisKeys.gate(queue)],
            arguments: [Array(queue.text.utf8), Array((isPaused ? "1" : "0").utf8)]
        )
        return reply.integer == 1
    }

    /// Goes on until as many were moved as there are, or none is left; others may take some meanwhile.
    private func moveAll(
        _ count: Int,
        _ round: () throws(BrokerError) -> (tried: Int, moved: Int)
    ) throws(BrokerError) -> Int {
        var (moved, futile) = (0, 0)
        while moved < count, futile < Self.mostFutileRounds {
            let result = try round()
            if result.tried == 0 { break }
            futile = result.moved == 0 ? futile + 1 : 0
            moved += result.moved
        }
        return moved
    }

    /// Runs one of the scripts that move, with no more tasks than fit into a command.
    private func run(
        _ script: String,
        _ keys: [String],
        _ tasks: [[[UInt8]]],
        _ first: [[UInt8]] = []
    ) throws(BrokerError) -> (tried: Int, moved: Int) {
        var arguments = first
        var (tried, bytes) = (0, 0)
        for task in tasks where bytes < Self.largestCommand {
            arguments += task
            bytes += task.reduce(0) { $0 + $1.count }
            tried += 1
        }
        guard tried > 0 else { return (0, 0) }
        let reply = try scripts.run(script, keys: keys, arguments: arguments)
        return (tried, reply.count)
    }

    /// The envelope with the other queue as its routing key: Celery's workers put a message back there,
    /// and send its retries there.
    private static func redirected(
        _ envelope: [UInt8],
        _ source: QueueName,
        _ target: QueueName
    ) -> [UInt8] {
        guard let properties = (try? Envelope.decode(envelope))?.properties,
            let info = properties[key: "delivery_info"],
            info[key: "routing_key"]?.string == source.text
        else { return envelope }
        let redirected = info.setting([("routing_key", JSONText(string: target.text))])
        let edited = properties.setting([("delivery_info", redirected)])
        return JSONText(wellFormed: envelope).setting([("properties", edited)]).bytes
    }
}

extension StoredResult {
    /// The record of a task that was removed from its queue, as JSON that ends before the task's id.
    fileprivate static var purgedUpToID: [UInt8] {
        let record = StoredResult.purged(TaskID(""), at: .now()).json
        return record.dropLast(3).map(\.self)
    }
}
