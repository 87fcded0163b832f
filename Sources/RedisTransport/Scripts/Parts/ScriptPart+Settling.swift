internal import TaskQueue

/// How scripts end tasks.
extension ScriptPart {
    /// Stores an outcome (``Outcome``) and announces it, unless a success is there already; that of a task that
    /// still runs, unless any final record is.
    ///
    /// Returns an error if it could not do both: then it has done neither. `stored` are the keys where nothing
    /// stood before.
    ///
    /// Tasks that end without a record are counted first, and remembered and told of by `tellForgone`, all at
    /// once: it returns an error if they could not be remembered.
    ///
    ///     store(result key, outcome, lifetime in ms ('0': for ever), whether the task still runs)
    ///     tellForgone(lifetime)
    static let store = ScriptPart(
        needs: [refusal],
        """
        local stored, forgone, forgoneByHour = {}, {}, {}
        -- There will be no record.
        local function forgo(key, id, lifetime, hour)
            forgone[#forgone + 1] = key
            if hour ~= '' then
                local ids = forgoneByHour[hour] or {}
                forgoneByHour[hour], ids[#ids + 1] = ids, id
                return
            end
            local mark = '\(KeyMadeByScript.sentID)' .. id
            if lifetime == '0' then return refusal(redis.pcall('SET', mark, '0'), 'SET', mark) end
            return refusal(redis.pcall('SET', mark, '0', 'PX', lifetime), 'SET', mark)
        end
        local function tellForgone(lifetime)
            if not forgone[1] then return end
            for hour, ids in pairs(forgoneByHour) do
                local set = '\(KeyMadeByScript.forgotten)' .. hour
                local problem = refusal(redis.pcall('SADD', set, unpack(ids)), 'SADD', set)
                if problem then return problem end
                local left = redis.pcall('PTTL', set)
                if lifetime == '0' then redis.pcall('PERSIST', set)
                elseif type(left) ~= 'number' or left < tonumber(lifetime) then
                    redis.pcall('PEXPIRE', set, lifetime)
                end
            end
            redis.pcall('DEL', unpack(forgone))
            -- Few of them are waited for.
            local counts = redis.pcall('PUBSUB', 'NUMSUB', unpack(forgone))
            for i, key in ipairs(forgone) do
                if counts.err or counts[i * 2] > 0 then redis.pcall('PUBLISH', key, '') end
            end
        end
        local function store(key, record, lifetime, runs)
            local first = string.byte(record)
            if first ~= 123 then
                local id = string.sub(key, \(KeyMadeByScript.result.utf8.count + 1))
                -- An hour, as nearly always.
                if first == 10 and string.byte(record, 2) ~= 123 then
                    return forgo(key, id, lifetime, string.sub(record, 2))
                end
                local sending, rest = string.match(record, '^([^\\n]*)\\n(.*)$')
                local latest = sending ~= '' and redis.pcall('GET', '\(KeyMadeByScript.latest)' .. id)
                if type(latest) == 'string' and latest ~= sending then return end
                if string.sub(rest, 1, 1) ~= '{' then return forgo(key, id, lifetime, rest) end
                record = rest
            end
            local isNew
            if lifetime == '0' then isNew = redis.pcall('SET', key, record, 'NX')
            else isNew = redis.pcall('SET', key, record, 'PX', lifetime, 'NX') end
            local problem = refusal(isNew, 'SET', key)
            if problem then return problem end
            if not isNew then
                local head = redis.pcall('GETRANGE', key, '0', '40')
                problem = refusal(head, 'GETRANGE', key)
                if problem then return problem end
                local state = string.match(head, '^{"status": ?"(%u+)"')
                if \(isOneOf(TaskState.lastingOutcomes)) then return end
                if runs and (\(isOneOf(TaskState.outcomes))) then return end
            end
            problem = refusal(redis.pcall('PUBLISH', key, record), 'PUBLISH', key)
            if problem then
                if isNew then redis.pcall('DEL', key) end
                return problem
            end
            if isNew then
                stored[#stored + 1] = key
            elseif lifetime == '0' then
                return refusal(redis.pcall('SET', key, record), 'SET', key)
            else
                return refusal(redis.pcall('SET', key, record, 'PX', lifetime), 'SET', key)
            end
        end
        """
    )

    /// What scripts do that end tasks and cannot do all, with the messages that `unacked` and `index` keep;
    /// after ``store`` or instead of it.
    ///
    /// To hold one is to have its tag in the index. It goes from there first, which tells that it is held
    /// and costs nothing more, and from `unacked` last, when all else is done.
    ///
    ///     keep(tags, problem, keys of new records or nil)
    ///     forget(tags)
    static let keep = ScriptPart(
        needs: [refusal],
        """
        -- The step is not done: they are held as before, and nothing is stored.
        local function keep(tags, problem, stored)
            local now = redis.call('TIME')[1]
            for _, tag in ipairs(tags) do redis.pcall('ZADD', index, now, tag) end
            for _, key in ipairs(stored or {}) do redis.pcall('DEL', key) end
            return problem
        end
        local function forget(tags)
            if tags[1] then return refusal(redis.pcall('HDEL', unacked, unpack(tags)), 'HDEL', unacked) end
        end
        """
    )

    /// Whether a task's final record is there.
    ///
    ///     hasEnded(id)
    static let hasEnded = ScriptPart(
        """
        local function hasEnded(id)
            local record = redis.pcall('GETRANGE', '\(KeyMadeByScript.result)' .. id, '0', '40')
            local state = type(record) == 'string'
                and string.match(record, '^{"status": ?"(%u+)"')
            return \(isOneOf(TaskState.outcomes))
        end
        """
    )

    /// A condition: `state == 'SUCCESS' or …`.
    private static func isOneOf(_ states: [TaskState]) -> String {
        states.map { "state == '\($0.rawValue)'" }.joined(separator: " or ")
    }
}
