internal import TaskQueue

/// Puts messages among the dead letters, stores the failures, and frees the keys that they held.
///
/// After an error all are held as before.
struct SetAside: RedisScript {
    let letters: [DeadLetter]
    /// Of each letter: the key that it frees.
    let releases: [RedisBroker.Release]
    /// Of results; zero: they are kept for ever.
    let lifetime: Duration

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["lifetime", "most", "age"],
        hasRows: true,
        uses: [.store, .keep, .release],
        """
        redis.call('HDEL', unacked, '')
        local now = tonumber(redis.call('TIME')[1])
        local lost, tags, letters, at = {}, {}, {}, firstArgument
        local function withdraw(problem)
            for _, each in ipairs(letters) do redis.pcall('ZREM', each[1], each[2]) end
            return problem
        end
        for k = firstKey, #KEYS, 3 do
            local dead, result, unique = KEYS[k], KEYS[k + 1], KEYS[k + 2]
            local tag, letter, record, id = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
            at = at + 4
            if redis.call('ZREM', index, tag) == 1
                or redis.call('HEXISTS', unacked, tag) == 1 then
                tags[#tags + 1] = tag
                local problem = refusal(redis.pcall('ZADD', dead, now, letter), 'ZADD', dead)
                if not problem then
                    letters[#letters + 1] = {dead, letter, unique, id}
                    problem = record ~= '' and store(result, record, lifetime)
                end
                if problem then return keep(tags, withdraw(problem), stored) end
            else
                lost[#lost + 1] = (k - firstKey) / 3
            end
        end
        local problem = tellForgone(lifetime) or forget(tags)
        if problem then return keep(tags, withdraw(problem), stored) end
        for _, each in ipairs(letters) do
            local dead = each[1]
            redis.pcall('ZREMRANGEBYRANK', dead, 0, -1 - most)
            redis.pcall('ZREMRANGEBYSCORE', dead, '-inf', now - age)
            redis.pcall('EXPIRE', dead, age)
            release(each[3], each[4])
        end
        return lost
        """
    )

    var keys: [String] {
        RedisKeys.held
            + zip(letters, releases).flatMap {
                [RedisKeys.dead($0.delivery.queue), $0.resultKey, $1.key]
            }
    }

    var argumentSize: Int { letters.reduce(64) { $0 + $1.delivery.content.size * 2 + 512 } }

    func addArguments(to command: inout RedisCommand) {
        command.add(milliseconds: lifetime)
        command.add(DeadLetter.largestCount)
        command.add(seconds: DeadLetter.longestAge)
        for (letter, release) in zip(letters, releases) {
            command.add(letter.delivery.tag)
            command.add(DeadLetterRecord.json(letter))
            command.add(letter.outcome)
            command.add(release.id)
        }
    }

    /// The messages that were no longer held.
    func answer(_ reply: RedisReply) -> [Delivery] { reply.lost(of: letters.map(\.delivery)) }
}
