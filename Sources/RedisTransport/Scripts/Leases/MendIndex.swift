/// Puts into the index what is only in `unacked`, so that it is found when its worker is gone; a
/// page at a time.
struct MendIndex: RedisScript {
    let cursor: ScanCursor

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["cursor"],
        """
        if redis.call('HLEN', unacked) <= redis.call('ZCARD', index) then return '0' end
        local page = redis.call('HSCAN', unacked, cursor, 'COUNT', 100)
        local now = redis.call('TIME')[1]
        redis.call('HDEL', unacked, '')
        for i = 1, #page[2], 2 do redis.call('ZADD', index, 'NX', now, page[2][i]) end
        return page[1]
        """
    )

    var keys: [String] { RedisKeys.held }

    func addArguments(to command: inout RedisCommand) { command.add(cursor.text) }

    /// The next cursor, 0 at the end, or if none is missing.
    func answer(_ reply: RedisReply) -> String? { reply.text }
}

/// Takes tags out of the index that are not in `unacked`.
struct ForgetTags: RedisScript {
    typealias Answer = Void

    let tags: [String]

    static let text = ScriptText(
        keys: ["unacked", "index"],
        """
        for _, tag in ipairs(ARGV) do
            if redis.call('HEXISTS', unacked, tag) == 0 then redis.call('ZREM', index, tag) end
        end
        return 0
        """
    )

    var keys: [String] { RedisKeys.held }

    func addArguments(to command: inout RedisCommand) {
        for tag in tags { command.add(tag) }
    }
}
