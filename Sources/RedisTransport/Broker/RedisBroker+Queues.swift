package import TaskQueue

extension RedisBroker: QueueControl, QueuePausing {
    /// Tasks moved in one script, if they are small.
    private static let moveBatch = 100
    /// Tasks removed in one script, if they are small.
    private static let purgeBatch = 500
    /// Rounds in a row in which others took all that was to be moved.
    private static let mostFutileRounds = 1000

    package func purge(
        _ queue: QueueName,
        includingDelayed: Bool,
        telling: ([TaskID]) throws(BrokerError) -> Void
    ) throws(BrokerError) -> Int {
        var purged = 0
        // A lookout that is gone may have left some.
        try scripts.run(GiveArrivalsBack(queue: queue))
        for list in RedisKeys.lists(queue) {
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

    /// Page by page; no more than there were, so that it ends however fast more is sent.
    private func purge(_ key: String, _ length: Int, isSet: Bool) throws(BrokerError) -> Int {
        var purged = 0
        while purged < length {
            let page = min(length - purged, Self.purgeBatch)
            let count = try scripts.run(
                PurgeTasks(
                    key: key,
                    isSet: isSet,
                    limit: page,
                    lifetime: resultLifetime ?? .zero,
                    storesResults: holdsResults
                )
            )
            guard count > 0 else { break }
            purged += count
        }
        return purged
    }

    package func move(
        from source: QueueName,
        to target: QueueName,
        includingDelayed: Bool
    ) throws(BrokerError) -> Int {
        var moved = 0
        try scripts.run(GiveArrivalsBack(queue: source))
        for (list, other) in zip(RedisKeys.lists(source), RedisKeys.lists(target)) {
            let length = try connection.run(RedisCommand("LLEN").adding(list)).count
            moved += try moveAll(length) { () throws(BrokerError) in
                let start = String(-Self.moveBatch)
                let next = RedisCommand("LRANGE").adding(list, start, "-1")
                let envelopes = try connection.run(next).elements.compactMap(\.bytes).reversed()
                let tasks = Self.fitting(
                    envelopes.map {
                        MovedTask(member: $0, other: Self.redirected($0, source, target))
                    }
                )
                return (tasks.count, try move(tasks, from: list, to: other))
            }
        }
        let suspects = RedisKeys.suspects(source)
        moved += try moveSet(suspects, source, target) { tasks throws(BrokerError) in
            try scripts.run(MoveSuspects(source: suspects, target: target, tasks: tasks))
        }
        guard includingDelayed else { return moved }
        let (delayed, other) = (RedisKeys.delayed(source), RedisKeys.delayed(target))
        return try moved
            + moveSet(delayed, source, target) { tasks throws(BrokerError) in
                try scripts.run(MoveDelayed(source: delayed, target: other, tasks: tasks))
            }
    }

    private func move(
        _ tasks: [MovedTask],
        from list: String,
        to other: String
    ) throws(BrokerError) -> Int {
        guard !tasks.isEmpty else { return 0 }
        return try scripts.run(MoveWaiting(source: list, target: other, tasks: tasks))
    }

    /// `move` says how many of the tasks it has moved.
    private func moveSet(
        _ set: String,
        _ source: QueueName,
        _ target: QueueName,
        _ move: ([MovedTask]) throws(BrokerError) -> Int
    ) throws(BrokerError) -> Int {
        let length = try connection.run(RedisCommand("ZCARD").adding(set)).count
        return try moveAll(length) { () throws(BrokerError) in
            let end = String(Self.moveBatch - 1)
            let first = RedisCommand("ZRANGE").adding(set, "0", end, "WITHSCORES")
            let reply = try connection.run(first).elements.compactMap(\.bytes)
            let found = stride(from: 0, to: reply.count - 1, by: 2).map { index in
                let member = reply[index]
                let envelope = Self.redirected(Array(member.dropFirst()), source, target)
                return MovedTask(
                    member: member,
                    other: member.prefix(1) + envelope,
                    score: reply[index + 1]
                )
            }
            let tasks = Self.fitting(found)
            return (tasks.count, tasks.isEmpty ? 0 : try move(tasks))
        }
    }

    package func setPaused(_ queue: QueueName, _ isPaused: Bool) throws(BrokerError) -> Bool {
        try scripts.run(PauseQueue(queue: queue, isPaused: isPaused))
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

    /// The first of the tasks, no more than fit into a command.
    private static func fitting(_ tasks: [MovedTask]) -> [MovedTask] {
        var bytes = 0
        return Array(
            tasks.prefix { task in
                defer { bytes += task.size }
                return bytes < largestCommand
            }
        )
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
