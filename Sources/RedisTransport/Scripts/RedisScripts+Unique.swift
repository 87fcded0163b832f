/// The steps by which tasks take keys (``UniqueSending``), and give them back.
extension RedisScripts {
    /// Frees a key if the task holds it; an empty id holds none.
    ///
    /// The value of a key is the holder's id, perhaps with what ``hold`` adds to it.
    static let release = """
        local function release(key, id)
            local value = id ~= '' and redis.pcall('GET', key)
            if type(value) ~= 'string' then return end
            if value == id or value == id .. '\\n' or string.sub(value, 1, #id + 1) == id .. '\\t' then
                redis.pcall('DEL', key)
            end
        end

        """

    /// Frees the key that a message's task holds, if its envelope names one; the prefix is that of keys.
    static let releaseHeld =
        release + """
            local function releaseHeld(prefix, headers)
                if type(headers.id) == 'string' and type(headers.tq_unique) == 'string' then
                    release(prefix .. headers.tq_unique, headers.id)
                end
            end

            """

    /// The headers of an envelope; empty if it is none.
    static let headers = """
        local function headersOf(envelope)
            local isRead, message = pcall(cjson.decode, envelope)
            local headers = isRead and type(message) == 'table' and message.headers
            return type(headers) == 'table' and headers or {}
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

    /// Takes a key for a task, and tells which task holds one, by the key's value.
    ///
    /// A holder whose final record is there has ended, though nobody has freed the key: a Celery worker
    /// ran it. Where such a record stood there before the task was sent, of one with the same id, that
    /// does not tell anything: then a newline follows the id.
    ///
    /// A holder that has expired, for which a tab and the time in ms follow the id, or was revoked, holds
    /// the key only if it is in a worker's hands. Where many tasks are, it is taken to be one.
    ///
    /// `hold` is used with ``refusal``: it returns what was refused.
    static let hold =
        hasEnded + """
            local function isInHands(id)
                local count = redis.pcall('HLEN', '\(RedisKeys.unacknowledged)')
                if type(count) ~= 'number' or count > 2000 then return true end
                local quoted = cjson.encode(id)
                for _, value in ipairs(redis.call('HVALS', '\(RedisKeys.unacknowledged)')) do
                    if string.find(value, '"' .. id .. '"', 1, true)
                        or string.find(value, quoted, 1, true) then return true end
                end
                return false
            end
            local function holderOf(value, prefix)
                local again = string.sub(value, -1) == '\\n'
                if again then value = string.sub(value, 1, -2) end
                local id, expires = string.match(value, '^(.*)\\t(%d+)$')
                id = id or value
                if not again and hasEnded(prefix, id) then return false end
                local clock = redis.call('TIME')
                local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
                local revoked = tonumber(redis.pcall('ZSCORE', '\(RedisKeys.revoked)', id))
                if expires and tonumber(expires) <= now or revoked and revoked * 1000 > now then
                    return isInHands(id) and id
                end
                return id
            end
            local function hold(key, prefix, id, expires, lifetime)
                local value = expires == '' and id or id .. '\\t' .. expires
                if hasEnded(prefix, id) then value = value .. '\\n' end
                return refusal(redis.pcall('SET', key, value, 'PX', lifetime), 'SET', key)
            end

            """

    /// Sends a message unless another task holds its key.
    ///
    ///     KEYS  the key · hash of sendings · list or delayed set · where the id is remembered
    ///     ARGV  id · field of this sending in the hash · 1 if it may have been sent before, else 0
    ///           · longest time to hold the key in ms · prefix of result keys
    ///           · due time in seconds (empty: it goes on the list) · value
    ///           · of what remembers the id: value, field, lifetime: see ``SentMark``
    ///           · lifetime of the hash of sendings in seconds
    ///           · when the task expires, in ms since 1970 (empty: it does not)
    ///
    /// Returns the id of the task that holds the key, empty: the message was sent. That is remembered for
    /// who tries again if it was sent, or may have been: then a first request that comes later than the
    /// second does nothing.
    static let sendUnlessHeld = lean(
        refusal + remember + misfit + delay + hold + """
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
            holder = holder and holderOf(holder, ARGV[5])
            if holder then return ARGV[3] == '1' and answered(holder) or holder end
            problem = misfit(KEYS[3], ARGV[6] == '' and 'list' or 'zset')
            if problem then return problem end
            problem = remember(KEYS[4], ARGV[8], ARGV[9], ARGV[10])
            if problem then return problem end
            problem = hold(KEYS[1], ARGV[5], id, ARGV[12], ARGV[4]) or answered('')
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
