/// How scripts put messages where they go: all of a step is done, or nothing.
extension ScriptPart {
    /// Rings a queue's bell, which wakes its lookout: see ``RedisKeys/bell(_:)``.
    ///
    /// It only saves time: a lookout looks now and then.
    ///
    ///     ring(name of the queue)
    static let ring = ScriptPart(
        """
        local function ring(queue)
            local bell = '\(KeyMadeByScript.bell)' .. queue
            if redis.pcall('LLEN', bell) == 0 then
                redis.pcall('LPUSH', bell, 1)
                redis.pcall('PEXPIRE', bell, \(RedisKeys.wakeLifetime))
            end
        end
        """
    )

    /// Puts values into a delayed set, each after its due time, and rings the queue's bell if the first that
    /// falls due is another than before: the lookout waits for that one.
    ///
    /// Returns an error if the values could not be put there.
    ///
    ///     delay(set, due time, value, …)
    static let delay = ScriptPart(
        needs: [refusal, ring],
        """
        local function earliest(set)
            local first = redis.pcall('ZRANGE', set, 0, 0, 'WITHSCORES')
            return first[2]
        end
        local function delay(set, ...)
            local before = earliest(set)
            local problem = refusal(redis.pcall('ZADD', set, ...), 'ZADD', set)
            if problem or earliest(set) == before then return problem end
            ring(string.sub(set, \(KeyMadeByScript.delayed.utf8.count + 1)))
        end
        """
    )

    /// Puts messages one by one where they go.
    ///
    /// `place` and `placeFirst` return an error if that cannot be; then `withdraw` takes all off again, and
    /// returns it.
    ///
    ///     place(list or delayed set, due time or '', value)
    ///     placeFirst(list, value)
    ///     note(key, problem, what LTRIM keeps: from, to; or nil, nil, value of a sorted set)
    ///     withdraw(problem)
    static let placing = ScriptPart(
        needs: [delay],
        """
        local placed = {}
        local function note(key, problem, from, to, value)
            if not problem then placed[#placed + 1] = {key, from, to, value} end
            return problem
        end
        local function place(key, due, value)
            if due ~= '' then return note(key, delay(key, due, value), nil, nil, value) end
            return note(key, refusal(redis.pcall('LPUSH', key, value), 'LPUSH', key), 1, -1)
        end
        local function placeFirst(key, value)
            return note(key, refusal(redis.pcall('RPUSH', key, value), 'RPUSH', key), 0, -2)
        end
        local function withdraw(problem)
            for i = #placed, 1, -1 do
                local key, from, to, value = unpack(placed[i], 1, 4)
                if value then redis.pcall('ZREM', key, value)
                else redis.pcall('LTRIM', key, from, to) end
            end
            return problem
        end
        """
    )

    /// Remembers what was sent: see ``SentMark``.
    ///
    /// Where the sender named the id, what is known of it from before is forgotten.
    ///
    /// Returns an error if it cannot. That a mark should have a lifetime is no reason to send nothing.
    ///
    /// A hash is of one hour: see ``SentRecorder/hourLength``. `latest` is what its field has, if that was asked.
    ///
    ///     remember(key, value ('': nothing is remembered), field ('': a string), lifetime in s ('': for ever),
    ///         latest)
    static let remember = ScriptPart(
        needs: [refusal],
        """
        local function remember(key, value, field, lifetime, latest)
            if value == '' then return end
            local problem, id, sending
            if field == '' then
                local mark, text = string.match(value, '^([01])\\n(.*)$')
                if mark then
                    id, sending, value = string.sub(key, \(KeyMadeByScript.sentID.utf8.count + 1)), text, mark
                    problem = remember('\(KeyMadeByScript.latest)' .. id, sending, '', lifetime)
                end
                problem = problem or refusal(redis.pcall('SET', key, value), 'SET', key)
                if id and not problem then redis.pcall('DEL', '\(KeyMadeByScript.result)' .. id) end
            else
                if latest == nil then latest = redis.pcall('HGET', key, field) end
                problem = refusal(latest, 'HGET', key)
                if not problem and (not latest or #latest ~= #value or latest < value) then
                    problem = refusal(redis.pcall('HSET', key, field, value), 'HSET', key)
                end
            end
            if problem or lifetime == '' then return problem end
            local left = field ~= '' and redis.pcall('TTL', key)
            if type(left) ~= 'number' or left < tonumber(lifetime) - \(SentRecorder.hourLength) then
                redis.pcall('EXPIRE', key, lifetime)
            end
        end
        """
    )

    /// Moves members of the set `source`, as far as they are there still; from `firstArgument` on, ARGV has
    /// for each the member, the member for the other place, and its score there.
    ///
    /// `put(score, member)` puts one there, and returns an error if it cannot.
    ///
    ///     moveMembers(put)
    static let moveMembers = ScriptPart(
        """
        local function moveMembers(put)
            local moved = 0
            redis.call('ZREM', source, 'tq:none')
            for at = firstArgument, #ARGV, 3 do
                local member, other, score = ARGV[at], ARGV[at + 1], ARGV[at + 2]
                if redis.call('ZSCORE', source, member) then
                    local problem = put(score, other)
                    if problem then return problem end
                    redis.call('ZREM', source, member)
                    moved = moved + 1
                end
            end
            return moved
        end
        """
    )
}
