/// How scripts take unique keys for tasks (``UniqueSending``), and give them back.
extension ScriptPart {
    /// Frees a key if the task holds it; an empty id holds none.
    ///
    /// The value of a key is the holder's id, perhaps with what ``hold`` adds to it.
    ///
    ///     release(key, id)
    static let release = ScriptPart(
        """
        local function release(key, id)
            local value = id ~= '' and redis.pcall('GET', key)
            if type(value) ~= 'string' then return end
            if value == id or value == id .. '\\n' or string.sub(value, 1, #id + 1) == id .. '\\t' then
                redis.pcall('DEL', key)
            end
        end
        """
    )

    /// The headers of an envelope, empty if it is not one; and frees the key that a message's task holds, if its
    /// headers name one.
    ///
    ///     headersOf(envelope)
    ///     releaseHeld(headers)
    static let releaseHeld = ScriptPart(
        needs: [release],
        """
        local function headersOf(envelope)
            local isRead, message = pcall(cjson.decode, envelope)
            local headers = isRead and type(message) == 'table' and message.headers
            return type(headers) == 'table' and headers or {}
        end
        local function releaseHeld(headers)
            if type(headers.id) == 'string' and type(headers.tq_unique) == 'string' then
                release('\(KeyMadeByScript.unique)' .. headers.tq_unique, headers.id)
            end
        end
        """
    )

    /// Takes a key for a task, and tells which task holds one, by the key's value.
    ///
    /// A holder whose final record is there has ended, though nobody has freed the key: a Celery worker
    /// ran it. If there was such a record before the task was sent, from one with the same id, the record
    /// proves nothing: then a newline follows the id.
    ///
    /// A holder that has expired, for which a tab and the time in ms follow the id, or was revoked, holds
    /// the key only if it is in a worker's hands. Where there are many tasks, it counts as being in them.
    ///
    /// `hold` returns what was refused.
    ///
    ///     holderOf(value)
    ///     hold(key, id, when the task expires in ms since 1970 or '', longest time in ms)
    static let hold = ScriptPart(
        needs: [refusal, hasEnded],
        """
        local function isInHands(id)
            local count = redis.pcall('HLEN', '\(KeyMadeByScript.unacknowledged)')
            if type(count) ~= 'number' or count > 2000 then return true end
            local quoted = cjson.encode(id)
            for _, value in ipairs(redis.call('HVALS', '\(KeyMadeByScript.unacknowledged)')) do
                if string.find(value, '"' .. id .. '"', 1, true)
                    or string.find(value, quoted, 1, true) then return true end
            end
            return false
        end
        local function holderOf(value)
            local again = string.sub(value, -1) == '\\n'
            if again then value = string.sub(value, 1, -2) end
            local id, expires = string.match(value, '^(.*)\\t(%d+)$')
            id = id or value
            if not again and hasEnded(id) then return false end
            local clock = redis.call('TIME')
            local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
            local revoked = tonumber(redis.pcall('ZSCORE', '\(KeyMadeByScript.revoked)', id))
            if expires and tonumber(expires) <= now or revoked and revoked * 1000 > now then
                return isInHands(id) and id
            end
            return id
        end
        local function hold(key, id, expires, lifetime)
            local value = expires == '' and id or id .. '\\t' .. expires
            if hasEnded(id) then value = value .. '\\n' end
            return refusal(redis.pcall('SET', key, value, 'PX', lifetime), 'SET', key)
        end
        """
    )
}
