internal import TaskQueue

/// Remembers revoked tasks, and forgets those whose time is over.
struct RevokeTasks: RedisScript {
    typealias Answer = Void

    let ids: [TaskID]
    /// How long to remember them.
    let lifetime: Duration

    static let text = ScriptText(
        keys: ["revoked"],
        arguments: ["lifetime"],
        hasRows: true,
        """
        local now = tonumber(redis.call('TIME')[1])
        redis.call('ZREMRANGEBYSCORE', revoked, '-inf', now)
        for at = firstArgument, #ARGV do redis.call('ZADD', revoked, now + lifetime, ARGV[at]) end
        if redis.call('TTL', revoked) < tonumber(lifetime) then
            redis.call('EXPIRE', revoked, lifetime)
        end
        return #ARGV - 1
        """
    )

    var keys: [String] { [RedisKeys.revoked] }

    func addArguments(to command: inout RedisCommand) {
        command.add(lifetime.components.seconds)
        for id in ids { command.add(id.text) }
    }
}
