internal import TaskQueue

/// Removes a live entry.
struct RemoveLiveEntry: RedisScript {
    let name: String

    static let text = ScriptText(
        keys: ["live", "generation", "entry"],
        arguments: ["name"],
        """
        local known = redis.call('HMGET', entry, 'last', 'live')
        if redis.call('HEXISTS', live, name) == 0 then
            return known[1] and 'configured' or 'unknown'
        end
        redis.call('INCR', generation)
        if known[2] then redis.call('DEL', entry) end
        redis.call('HDEL', live, name)
        return 'removed'
        """
    )

    var keys: [String] {
        [RedisKeys.beatLive, RedisKeys.beatGeneration, RedisKeys.beatEntry(name)]
    }

    func addArguments(to command: inout RedisCommand) { command.add(name) }

    func answer(_ reply: RedisReply) -> LiveRemoval {
        switch reply.text {
        case "removed": .removed
        case "configured": .configured
        default: .unknown
        }
    }
}

/// Forgets an entry; a live one starts anew at once.
struct ForgetEntry: RedisScript {
    let name: String
    let now: Timestamp

    static let text = ScriptText(
        keys: ["entry", "live", "generation"],
        arguments: ["name", "now"],
        """
        local value = redis.call('HGET', live, name)
        if not value then return redis.call('DEL', entry) end
        local version = redis.call('INCR', generation)
        if redis.call('HEXISTS', entry, 'live') == 0 then return redis.call('DEL', entry) end
        redis.call('HSET', live, name, version .. (string.match(value, '^%d+(.*)$') or value))
        redis.call('HDEL', entry, 'count', 'id', 'paused')
        redis.call('HSET', entry, 'last', now, 'live', version)
        return 1
        """
    )

    var keys: [String] {
        [RedisKeys.beatEntry(name), RedisKeys.beatLive, RedisKeys.beatGeneration]
    }

    func addArguments(to command: inout RedisCommand) {
        command.add(name)
        command.add(now.microseconds)
    }

    /// Whether it was known.
    func answer(_ reply: RedisReply) -> Bool { reply.integer == 1 }
}

/// Pauses an entry, or lets it go on.
struct PauseEntry: RedisScript {
    let name: String
    let isPaused: Bool

    static let text = ScriptText(
        keys: ["entry"],
        arguments: ["isPaused"],
        """
        if redis.call('EXISTS', entry) == 0 then return -1 end
        if isPaused == '1' then return redis.call('HSETNX', entry, 'paused', '1') end
        return redis.call('HDEL', entry, 'paused')
        """
    )

    var keys: [String] { [RedisKeys.beatEntry(name)] }

    func addArguments(to command: inout RedisCommand) { command.add(isPaused) }

    /// Whether that changed anything; `nil`: it is not known.
    func answer(_ reply: RedisReply) -> Bool? { reply.integer == -1 ? nil : reply.integer == 1 }
}
