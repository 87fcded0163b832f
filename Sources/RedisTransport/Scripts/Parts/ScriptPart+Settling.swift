internal import TaskQueue

/// How scripts end tasks.
extension ScriptPart {
    /// Stores an outcome (``Outcome``) and announces it, unless a success is there already; that of a task that
    /// still runs, unless any final record is.
    ///
    /// Returns an error if it could not do both: then it has done neither. `stored` are the keys where nothing
    /// stood before.
    ///
    ///     store(result key, outcome, lifetime in ms ('0': for ever), whether the task still runs)
    static let store = ScriptPart(
        needs: [refusal],
        """
        local stored = {}
        -- There will be no record: who waits is told.
        local function forgo(key, id, lifetime)
            local mark = '\(KeyMadeByScript.sentID)' .. id
            local problem
            if lifetime == '0' then problem = refusal(redis.pcall('SET', mark, '0'), 'SET', mark)
            else problem = refusal(redis.pcall('SET', mark, '0', 'PX', lifetime), 'SET', mark) end
            if problem then return problem end
            redis.pcall('DEL', key)
            return refusal(redis.pcall('PUBLISH', key, ''), 'PUBLISH', key)
        end
        local function store(key, record, lifetime, runs)
            if string.sub(record, 1, 1) ~= '{' then
                local id = string.sub(key, \(KeyMadeByScript.result.utf8.count + 1))
                local sending, rest = string.match(record, '^([^\\n]*)\\n(.*)$')
                local latest = sending ~= '' and redis.pcall('GET', '\(KeyMadeByScript.latest)' .. id)
                if type(latest) == 'string' and latest ~= sending then return end
                if rest == '' then return forgo(key, id, lifetime) end
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
