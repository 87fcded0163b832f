/// How scripts deal with tasks under suspicion: see ``SuspectMember``.
extension ScriptPart {
    /// Puts a task under suspicion among those of its queue, and rings the queue's bell.
    ///
    /// Returns an error if it cannot be put there.
    ///
    ///     suspect(name of the queue, score, member)
    static let suspect = ScriptPart(
        needs: [refusal, ring],
        """
        local function suspect(queue, score, member)
            local set = '\(KeyMadeByScript.suspects)' .. queue
            local queues = '\(KeyMadeByScript.suspected)'
            local problem = refusal(redis.pcall('SADD', queues, queue), 'SADD', queues)
                or refusal(redis.pcall('ZADD', set, score, member), 'ZADD', set)
            if problem then return problem end
            ring(queue)
        end
        """
    )

    /// The first task under suspicion of a queue: its member, and its priority step and losses by that;
    /// nothing if there is none.
    ///
    ///     firstSuspect(name of the queue)
    static let firstSuspect = ScriptPart(
        """
        local function firstSuspect(queue)
            local found = redis.pcall('ZRANGE', '\(KeyMadeByScript.suspects)' .. queue, '0', '0')
            local code = found[1] and (string.byte(found[1]) or 0) - 65
            if code and code > 0 then return found[1], code - code % 3, code % 3 end
            if not found.err and not found[1] then
                redis.pcall('SREM', '\(KeyMadeByScript.suspected)', queue)
            end
        end
        """
    )

    /// Whether it is this worker that makes itself quiet for the suspects.
    ///
    ///     clears(tq:clearing, worker, for how long in ms)
    static let clears = ScriptPart(
        """
        local function clears(key, worker, time)
            local holder = redis.pcall('GET', key)
            if type(holder) == 'string' and holder ~= worker then return false end
            return not redis.pcall('SET', key, worker, 'PX', time).err
        end
        """
    )
}
