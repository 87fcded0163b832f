/// What the steps have in common that move tasks under suspicion: see ``SuspectMember``.
extension RedisScripts {
    /// Puts a task under suspicion among those of its queue, and rings the queue's bell.
    ///
    /// After ``refusal``. Returns an error if it cannot be put there; the bell only saves time.
    static let suspect = """
        local function suspect(queue, score, member)
            local set = '\(RedisKeys.suspectsPrefix)' .. queue
            local queues = '\(RedisKeys.suspected)'
            local problem = refusal(redis.pcall('SADD', queues, queue), 'SADD', queues)
                or refusal(redis.pcall('ZADD', set, score, member), 'ZADD', set)
            if problem then return problem end
            local bell = 'tq:bell:' .. queue
            if redis.pcall('LLEN', bell) == 0 then
                redis.pcall('LPUSH', bell, '1')
                redis.pcall('PEXPIRE', bell, '1000')
            end
        end

        """

    /// The first task under suspicion of a queue: its member, and its priority step and losses by that;
    /// nothing if there is none.
    static let firstSuspect = """
        local function firstSuspect(queue)
            local found = redis.pcall('ZRANGE', '\(RedisKeys.suspectsPrefix)' .. queue, '0', '0')
            local code = found[1] and (string.byte(found[1]) or 0) - 65
            if code and code > 0 then return found[1], code - code % 3, code % 3 end
            if not found.err and not found[1] then
                redis.pcall('SREM', '\(RedisKeys.suspected)', queue)
            end
        end

        """

    /// Whether the worker is the one that makes itself quiet for the suspects.
    ///
    ///     clears(tq:clearing, worker, for how long in ms)
    static let clears = """
        local function clears(key, worker, time)
            local holder = redis.pcall('GET', key)
            if type(holder) == 'string' and holder ~= worker then return false end
            return not redis.pcall('SET', key, worker, 'PX', time).err
        end

        """

    /// Moves tasks under suspicion from one queue to another, as far as they are there still.
    ///
    ///     KEYS  set
    ///     ARGV  other queue · for each task: its member, its member for the other, score
    ///
    /// Returns how many were moved.
    static let moveSuspects =
        refusal + suspect + moveMembers + """
            return moveMembers(2, function(score, member)
                return suspect(ARGV[1], score, member)
            end)
            """
}
