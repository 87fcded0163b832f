/// The steps that are atomic because the server runs each as one script.
///
/// The server's own clock is used throughout: workers' clocks differ.
///
/// A command that fails ends its script, and what was written stays: so a task is put where it goes before
/// it leaves where it is. And a server whose memory is full refuses a script the first command that takes
/// more, unless something was written before: hence those that remove nothing at the beginning of what
/// workers need to go on, and to make room.
enum RedisScripts {
    /// Lets one of those in who wait at a queue's gate, or the next who comes there within a second.
    static let openGate = """
        local function openGate(gate)
            if redis.call('LLEN', gate) > 0 then return end
            redis.call('LPUSH', gate, 1)
            redis.call('PEXPIRE', gate, 1000)
        end

        """

    /// Puts due delayed tasks on their queues, then takes up to n tasks into `unacked`.
    ///
    ///     KEYS  unacked · unacked_index · the worker's connection · tq:workers · tq:paused · tq:revoked
    ///           · for each queue: delayed set, lookout, gate, bell
    ///           · lists, in the order of service
    ///     ARGV  n · tag prefix · number of the first tag
    ///           · worker · length of its lease in seconds: who holds tasks has a lease
    ///           · number of queues · for each queue: list of step 0, 3, 6, 9
    ///           · for each list: what closes its JSON array in `unacked`
    ///
    /// A connection that the worker has given up takes nothing: what it took nobody would know of.
    /// Nothing is taken from a paused queue, nor woken there.
    ///
    /// Who finds less than it asks for waits for more: one worker for all is a queue's lookout, the others
    /// wait at its gate. Who finds all it asks for opens the gate for one of them, which looks whether more
    /// is there and is the lookout then.
    ///
    /// Returns the server's time in seconds, as text; the earliest due time that is left in the queues whose
    /// lookout the worker is ("" if none); their positions (from 0); 1 if any task at all is revoked, else 0;
    /// then for each task the position of its list (from 0) and its envelope. The tags count on from the
    /// first.
    static let take =
        openGate + """
            local clock = redis.call('TIME')
            local now = clock[1] + clock[2] / 1000000
            local stamp = string.format('%.6f', now)
            local current = redis.call('GET', KEYS[3])
            if current and current ~= string.sub(ARGV[2], 1, #current) then
                return {stamp, '', {}, 0}
            end
            redis.call('HDEL', KEYS[1], '')
            local left, number, worker = tonumber(ARGV[1]), tonumber(ARGV[3]), ARGV[4]
            local queues, isPaused, revokes = tonumber(ARGV[6]), {}, 0
            local firstList, firstClose = 7 + queues * 4, 7 + queues * 4
            -- A queue's list of step 0 has its name.
            if redis.call('EXISTS', KEYS[5], KEYS[6]) > 0 then
                revokes = redis.call('EXISTS', KEYS[6])
                for q = 0, queues - 1 do
                    isPaused[q] = redis.call('SISMEMBER', KEYS[5], ARGV[7 + q * 4]) == 1
                end
            end
            local column = {['0'] = 0, ['3'] = 1, ['6'] = 2, ['9'] = 3}
            for q = 0, queues - 1 do
                if not isPaused[q] then
                    local set = KEYS[7 + q * 4]
                    local due = redis.call('ZRANGEBYSCORE', set, '-inf', stamp, 'LIMIT', 0, 1000)
                    for _, member in ipairs(due) do
                        local list = ARGV[7 + q * 4 + column[string.sub(member, 1, 1)]]
                        redis.call('LPUSH', list, string.sub(member, 2))
                        redis.call('ZREM', set, member)
                    end
                end
            end
            local out = {stamp, '', {}, revokes}
            for i = firstList, #KEYS do
                if left <= 0 then break end
                local position = i - firstList
                local found = isPaused[position % queues] and {}
                    or redis.call('LRANGE', KEYS[i], -left, -1)
                if #found > 0 then
                    local scores, fields = {}, {}
                    local close = ARGV[firstClose + position]
                    for j = #found, 1, -1 do
                        local envelope = found[j]
                        local tag = ARGV[2] .. number
                        number = number + 1
                        scores[#scores + 1] = stamp
                        scores[#scores + 1] = tag
                        fields[#fields + 1] = tag
                        fields[#fields + 1] = '[' .. envelope .. close
                        out[#out + 1] = position
                        out[#out + 1] = envelope
                    end
                    redis.call('ZADD', KEYS[2], unpack(scores))
                    redis.call('HSET', KEYS[1], unpack(fields))
                    redis.call('LTRIM', KEYS[i], 0, -#found - 1)
                    left = left - #found
                end
            end
            if #out > 4 then
                redis.call('ZADD', KEYS[4], string.format('%.6f', now + ARGV[5]), worker)
                redis.call('EXPIRE', KEYS[4], 2592000)
            end
            for q = 0, queues - 1 do
                local set, lookout, gate = KEYS[7 + q * 4], KEYS[8 + q * 4], KEYS[9 + q * 4]
                local holder = redis.call('GET', lookout)
                if holder and holder ~= worker then
                    -- It is another's.
                elseif left > 0 and not isPaused[q] then
                    redis.call('SET', lookout, worker, 'PX', 3000)
                    redis.call('DEL', KEYS[10 + q * 4])
                    table.insert(out[3], q)
                    local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
                    if first[2] and (out[2] == '' or tonumber(first[2]) < tonumber(out[2])) then
                        out[2] = first[2]
                    end
                else
                    if holder then redis.call('DEL', lookout) end
                    if not isPaused[q] then openGate(gate) end
                end
            end
            return out
            """
}
