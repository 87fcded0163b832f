/// The steps by which tasks take keys (``UniqueSending``), and give them back.
extension RedisScripts {
    /// Frees a key if the task holds it; an empty id holds none.
    ///
    /// The value of a key is the holder's id, perhaps with what ``sendUnlessHeld`` adds to it.
    static let release = """
        local function release(key, id)
            local holder = id ~= '' and redis.pcall('GET', key)
            if holder and (holder == id or holder == id .. '\\n') then redis.pcall('DEL', key) end
        end

        """

    /// Whether a task's final record is there; the first argument is what result keys begin with.
    static let hasEnded = """
        local function hasEnded(prefix, id)
            local record = redis.pcall('GETRANGE', prefix .. id, '0', '40')
            local state = type(record) == 'string'
                and string.match(record, '^{"status": ?"(%u+)"')
            return state == 'SUCCESS' or state == 'FAILURE' or state == 'REVOKED'
        end

        """

    /// Sends a message unless another task holds its key.
    ///
    /// A holder whose final record is there has ended, though nobody has freed the key: a Celery worker
    /// ran it. Where such a record stood there before the task was sent, of one with the same id, that
    /// does not tell anything: then a newline follows the id.
    ///
    ///     KEYS  the key · hash of sendings · list or delayed set · where the id is remembered
    ///     ARGV  id · field of this sending in the hash · 1 if it may have been sent before, else 0
    ///           · longest time to hold the key in ms · prefix of result keys
    ///           · due time in seconds (empty: it goes on the list) · value
    ///           · of what remembers the id: value, field, lifetime: see ``SentMark``
    ///           · lifetime of the hash of sendings in seconds
    ///
    /// Returns the id of the task that holds the key, empty: the message was sent. That is remembered for
    /// who tries again if it was sent, or may have been: then a first request that comes later than the
    /// second does nothing.
    static let sendUnlessHeld = lean(
        refusal + remember + misfit + delay + hasEnded + """
            local id, field = ARGV[1], ARGV[2]
            local answer = redis.pcall('HGET', KEYS[2], field)
            if answer then return refusal(answer, 'HGET', KEYS[2]) or answer end
            local function answered(text)
                local problem = refusal(redis.pcall('HSET', KEYS[2], field, text), 'HSET', KEYS[2])
                redis.pcall('EXPIRE', KEYS[2], ARGV[11])
                return problem
            end
            local holder = redis.pcall('GET', KEYS[1])
            local problem = refusal(holder, 'GET', KEYS[1])
            if problem then return problem end
            local again = holder and string.match(holder, '^(.*)\\n$')
            if holder and (again or not hasEnded(ARGV[5], holder)) then
                return ARGV[3] == '1' and answered(again or holder) or again or holder
            end
            problem = misfit(KEYS[3], ARGV[6] == '' and 'list' or 'zset')
            if problem then return problem end
            redis.call('SET', KEYS[1], hasEnded(ARGV[5], id) and id .. '\\n' or id, 'PX', ARGV[4])
            problem = remember(KEYS[4], ARGV[8], ARGV[9], ARGV[10])
                or answered('')
            -- The message comes last: without it all else is undone.
            if not problem then
                if ARGV[6] == '' then
                    problem = refusal(redis.pcall('LPUSH', KEYS[3], ARGV[7]), 'LPUSH', KEYS[3])
                else
                    problem = delay(KEYS[3], ARGV[6], ARGV[7])
                end
            end
            if not problem then return '' end
            redis.pcall('DEL', KEYS[1])
            redis.pcall('HDEL', KEYS[2], field)
            return problem
            """
    )
}
