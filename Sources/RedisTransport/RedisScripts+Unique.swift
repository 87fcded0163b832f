/// The steps by which tasks take keys (``UniqueSending``), and give them back.
extension RedisScripts {
    /// Frees a key if the task holds it; an empty id holds none.
    ///
    /// The value of a key is the holder's id, perhaps with what ``sendUnlessHeld`` adds to it.
    static let release = """
        local function release(key, id)
            local holder = id ~= '' and redis.pcall('GET', key)
            if holder and (holder == id or holder == id .. '\\n') then redis.call('DEL', key) end
        end

        """

    /// Whether a task's final record is there; the first argument is what result keys begin with.
    static let hasEnded = """
        local function hasEnded(prefix, id)
            local record = redis.call('GETRANGE', prefix .. id, 0, 40)
            local state = string.match(record, '^{"status": ?"(%u+)"')
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
    ///
    /// Returns the id of the task that holds the key, empty: the message was sent. That is remembered for
    /// who tries again if it was sent, or may have been: then a first request that comes later than the
    /// second does nothing.
    static let sendUnlessHeld =
        remember + misfit + delay + hasEnded + """
            local id, field = ARGV[1], ARGV[2]
            local answer = redis.call('HGET', KEYS[2], field)
            if answer then return answer end
            local function answered(text)
                redis.call('HSET', KEYS[2], field, text)
                redis.call('EXPIRE', KEYS[2], 7200)
                return text
            end
            local holder = redis.call('GET', KEYS[1])
            local again = holder and string.match(holder, '^(.*)\\n$')
            if holder and (again or not hasEnded(ARGV[5], holder)) then
                if ARGV[3] == '1' then answered(again or holder) end
                return again or holder
            end
            local problem = misfit(KEYS[3], ARGV[6] == '' and 'list' or 'zset')
                or ARGV[9] ~= '' and misfit(KEYS[4], 'hash')
            if problem then return problem end
            if ARGV[6] == '' then redis.call('LPUSH', KEYS[3], ARGV[7])
            else delay(KEYS[3], ARGV[6], ARGV[7]) end
            redis.call('SET', KEYS[1], hasEnded(ARGV[5], id) and id .. '\\n' or id, 'PX', ARGV[4])
            remember(KEYS[4], ARGV[8], ARGV[9], ARGV[10])
            return answered('')
            """
}
