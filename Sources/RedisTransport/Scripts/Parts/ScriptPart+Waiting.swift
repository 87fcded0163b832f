/// How scripts deal with workers that wait for tasks: see ``TakeTasks``.
extension ScriptPart {
    /// Lets in one of the workers that wait at a queue's gate, or the next one that comes there within a second.
    ///
    /// The gate only saves time: waiting workers look now and then.
    ///
    ///     openGate(gate)
    static let openGate = ScriptPart(
        """
        local function openGate(gate)
            local length = redis.pcall('LLEN', gate)
            if type(length) == 'table' then redis.pcall('DEL', gate)
            elseif length > 0 then return end
            redis.pcall('LPUSH', gate, '1')
            redis.pcall('PEXPIRE', gate, '\(RedisKeys.wakeLifetime)')
        end
        """
    )

    /// Puts back what has arrived at a lookout and was not taken: see ``QueueWatch``.
    ///
    /// Returns how many there were; and an error if they cannot be put back.
    ///
    ///     giveBack(the queue's lists of step 0, 3, 6, 9)
    static let giveBack = ScriptPart(
        needs: [refusal],
        """
        local function giveBack(lists)
            -- A queue's list of step 0 has its name.
            local arrived = '\(KeyMadeByScript.arrived)' .. lists[1]
            local all = redis.pcall('LRANGE', arrived, '0', '-1')
            if all.err then return 0, refusal(all, 'LRANGE', arrived) end
            for _, next in ipairs(all) do
                -- The last that is so called: a header of the same name comes before.
                local priority = tonumber(string.match(next, '.*"priority": ?(%d)')) or 0
                local list = lists[math.floor(priority / 3) + 1]
                local problem =
                    refusal(redis.pcall('LMOVE', arrived, list, 'LEFT', 'RIGHT'), 'LMOVE', list)
                if problem then return #all, problem end
            end
            return #all
        end
        """
    )
}
