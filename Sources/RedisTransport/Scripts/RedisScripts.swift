/// The steps that are atomic because the server runs each as one script.
///
/// The server's own clock is used throughout: workers' clocks differ.
///
/// A command that fails ends its script, and what was written stays: so nothing is removed before what
/// replaces it is stored, and a script that cannot do all of its work takes back what it has done, or does
/// what costs a task nothing. A command that only shows that it may be done, on what is not there, comes
/// before those that could not be taken back.
///
/// And a server whose memory is full refuses a script the first command that takes more, unless something
/// was written before: hence those that remove nothing at the beginning of what workers need to go on, and
/// to make room.
///
/// Keys beside KEYS are made in ``delay``, ``suspect``, ``firstSuspect``, ``arrived``, ``purge``, ``fire`` and ``sendUnlessHeld``.
enum RedisScripts {
    /// A script's text without its comments and what its lines are indented by; they keep their numbers.
    ///
    /// For those that go along with what they do, of which the server hashes each byte.
    static func lean(_ script: String) -> String {
        script.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " } }
            .map { $0.hasPrefix("--") ? "" : $0 }
            .joined(separator: "\n")
    }

    /// Lets one of those in who wait at a queue's gate, or the next who comes there within a second.
    ///
    /// The gate only saves time: who waits looks now and then.
    static let openGate = """
        local function openGate(gate)
            local length = redis.pcall('LLEN', gate)
            if type(length) == 'table' then redis.pcall('DEL', gate)
            elseif length > 0 then return end
            redis.pcall('LPUSH', gate, '1')
            redis.pcall('PEXPIRE', gate, '1000')
        end

        """

    /// What has arrived at a lookout and was not taken goes back to where it was: see ``QueueWatch``.
    ///
    /// After ``refusal``; `lists` are those of the queue, of step 0, 3, 6, 9. Returns an error if it cannot.
    static let giveBack = """
        local function giveBack(lists)
            local arrived = '\(RedisKeys.arrivedPrefix)' .. lists[1]
            while true do
                local next = redis.pcall('LINDEX', arrived, '0')
                if type(next) ~= 'string' then return refusal(next, 'LINDEX', arrived) end
                -- The last that is so called: a header of the same name comes before.
                local priority = tonumber(string.match(next, '.*"priority": ?(%d)')) or 0
                local list = lists[math.floor(priority / 3) + 1]
                local problem =
                    refusal(redis.pcall('LMOVE', arrived, list, 'LEFT', 'RIGHT'), 'LMOVE', list)
                if problem then return problem end
            end
        end

        """

    /// Puts due delayed tasks on their queues, then takes up to n tasks into `unacked`.
    ///
    ///     KEYS  unacked · unacked_index · the worker's connection · tq:workers · tq:paused · tq:revoked
    ///           · tq:suspected · tq:clearing
    ///           · for each queue: delayed set, lookout, gate, bell
    ///           · lists, in the order of service
    ///     ARGV  n · tag prefix · number of the first tag
    ///           · worker · length of its lease in seconds: who holds tasks has a lease
    ///           · number of queues · the worker's ``Solitude`` · for how long it keeps others from making
    ///           themselves quiet, in ms · for each queue: list of step 0, 3, 6, 9
    ///           · for each list: what closes its JSON array in `unacked`
    ///
    /// A connection that the worker has given up takes nothing: what it took nobody would know of.
    /// Nothing is taken from a paused queue, nor woken there. A key that cannot be used keeps nobody from
    /// the other queues.
    ///
    /// A task under suspicion comes before the others of its priority step, and as the only one; if the worker
    /// is not by itself as that asks for, one worker for all is given nothing, and makes itself quiet for it.
    ///
    /// Who finds less than it asks for waits for more: one worker for all is a queue's lookout, the others
    /// wait at its gate. Who finds all it asks for opens the gate for one of them, which looks whether more
    /// is there and is the lookout then.
    ///
    /// Returns an error if no queue can be used; else the server's time in seconds, as text; the earliest due
    /// time that is left in the queues whose lookout the worker is ("" if none); their positions (from 0); 1 if
    /// any task at all is revoked, else 0; the first error ("" if none); what suspects were left
    /// (``SuspectsLeft``); the losses of the task if it is under suspicion, else 0; then for each task the
    /// position of its list (from 0) and its envelope. The tags count on from the first.
    static let take =
        refusal + openGate + giveBack + suspect + firstSuspect + clears + """
            local paused, revoked = KEYS[5], KEYS[6]
            local left, number, worker = tonumber(ARGV[1]), tonumber(ARGV[3]), ARGV[4]
            local queues = tonumber(ARGV[6])
            local firstList, firstClose = 9 + queues * 4, 9 + queues * 4
            local clock = redis.call('TIME')
            local now = clock[1] + clock[2] / 1000000
            local stamp = string.format('%.6f', now)
            local current = redis.pcall('GET', KEYS[3])
            if type(current) == 'string' and current ~= string.sub(ARGV[2], 1, #current) then
                return {stamp, '', {}, 0, '', 0, 0}
            end
            redis.call('HDEL', KEYS[1], '')
            local isPaused, revokes, suspects, problem = {}, 0, false, nil
            -- A queue's list of step 0 has its name.
            local marks = {paused, revoked, KEYS[7]}
            for q = 0, queues - 1 do
                marks[q + 4] = '\(RedisKeys.arrivedPrefix)' .. ARGV[9 + q * 4]
            end
            if redis.call('EXISTS', unpack(marks)) > 0 then
                local count = redis.pcall('ZCARD', revoked)
                problem = refusal(count, 'ZCARD', revoked)
                if count ~= 0 and not problem then revokes = 1 end
                suspects = redis.call('EXISTS', KEYS[7]) == 1
                for q = 0, queues - 1 do
                    local answer = redis.pcall('SISMEMBER', paused, ARGV[9 + q * 4])
                    problem = problem or refusal(answer, 'SISMEMBER', paused)
                    isPaused[q] = answer == 1
                    problem = giveBack({unpack(ARGV, 9 + q * 4, 12 + q * 4)}) or problem
                end
            end
            for q = 0, queues - 1 do
                local set = KEYS[9 + q * 4]
                local due = isPaused[q] and {}
                    or redis.pcall('ZRANGEBYSCORE', set, '-inf', stamp, 'LIMIT', '0', '1000')
                local refused = due.err and refusal(due, 'ZRANGEBYSCORE', set)
                    -- Whether they may be removed is seen before they are put elsewhere.
                    or due[1] and refusal(redis.pcall('ZREM', set, 'tq:none'), 'ZREM', set)
                local columns = due[1] and {['0'] = 0, ['3'] = 1, ['6'] = 2, ['9'] = 3}
                for _, member in ipairs(due) do
                    if refused then break end
                    -- What none of ours has put there is set aside by who takes it.
                    local first, message = string.sub(member, 1, 1), member
                    local column, isSuspect = columns[first], string.find(first, '^[BCEFHIKL]')
                    if column or isSuspect then
                        local _, last = string.find(member, '^.{"tq_order":"%x+",')
                        message = last and '{' .. string.sub(member, last + 1)
                            or string.sub(member, 2)
                    end
                    if isSuspect then
                        local score = (string.byte(first) - 65) * 1e13 + now * 1000
                        score = string.format('%.3f', score)
                        refused = suspect(ARGV[9 + q * 4], score, first .. message)
                        suspects = true
                    else
                        local list = ARGV[9 + q * 4 + (column or 0)]
                        refused = refusal(redis.pcall('LPUSH', list, message), 'LPUSH', list)
                    end
                    if not refused then redis.call('ZREM', set, member) end
                end
                problem = refused or problem
            end
            local out, unusable = {stamp, '', {}, revokes, '', 0, 0}, 0
            local function holdLease()
                redis.call('ZADD', KEYS[4], string.format('%.6f', now + ARGV[5]), worker)
                redis.call('EXPIRE', KEYS[4], '\(RedisKeys.workersLifetime)')
            end
            -- Whether what is to be served next is a suspect, and no other task is to be taken now.
            local function servesSuspect(q, step, close)
                local name = ARGV[9 + q * 4]
                local member, itsStep, losses = firstSuspect(name)
                if not member then return false end
                out[6] = math.max(out[6], 1)
                if itsStep ~= step or #out > 7 then return false end
                if tonumber(ARGV[7]) < losses then
                    if not clears(KEYS[8], worker, ARGV[8]) then return false end
                    out[6] = 2
                    return true
                end
                local tag, envelope = ARGV[2] .. number .. 's', string.sub(member, 2)
                local set = '\(RedisKeys.suspectsPrefix)' .. name
                holdLease()
                redis.call('ZADD', KEYS[2], stamp, tag)
                local refused =
                    refusal(redis.pcall('HSET', KEYS[1], tag, '[' .. envelope .. close), 'HSET', KEYS[1])
                    or refusal(redis.pcall('ZREM', set, member), 'ZREM', set)
                if refused then
                    problem = refused
                    redis.pcall('HDEL', KEYS[1], tag)
                    redis.pcall('ZREM', KEYS[2], tag)
                else
                    out[7], out[8], out[9] = losses, q, envelope
                end
                return true
            end
            for i = firstList, #KEYS do
                if left <= 0 then break end
                local list, position = KEYS[i], i - firstList
                local q = position % queues
                if suspects and not isPaused[q] then
                    local step = (position - q) / queues * 3
                    if servesSuspect(q, step, ARGV[firstClose + position]) then
                        left = 0
                        break
                    end
                end
                local found = isPaused[q] and {}
                    or redis.pcall('LRANGE', list, -left, '-1')
                if found.err then
                    problem = refusal(found, 'LRANGE', list)
                    if position < queues then unusable = unusable + 1 end
                end
                if found[1] then
                    if #out == 7 then holdLease() end
                    local scores, fields, close = {}, {}, ARGV[firstClose + position]
                    for j = #found, 1, -1 do
                        local tag = ARGV[2] .. number
                        number = number + 1
                        scores[#scores + 1] = stamp
                        scores[#scores + 1] = tag
                        fields[#fields + 1] = tag
                        fields[#fields + 1] = '[' .. found[j] .. close
                    end
                    redis.call('ZADD', KEYS[2], unpack(scores))
                    local refused = refusal(redis.pcall('HSET', KEYS[1], unpack(fields)), 'HSET', KEYS[1])
                        or refusal(redis.pcall('LTRIM', list, '0', -#found - 1), 'LTRIM', list)
                    if refused then
                        problem = refused
                        for j = 1, #fields, 2 do
                            redis.pcall('HDEL', KEYS[1], fields[j])
                            redis.pcall('ZREM', KEYS[2], fields[j])
                        end
                        -- Numbers are never used twice.
                        break
                    end
                    for j = #found, 1, -1 do
                        out[#out + 1] = position
                        out[#out + 1] = found[j]
                    end
                    left = left - #found
                end
            end
            -- Nothing can be taken of any queue.
            if unusable == queues and queues > 0 and #out == 7 then return problem end
            for q = 0, queues - 1 do
                local set, lookout, gate = KEYS[9 + q * 4], KEYS[10 + q * 4], KEYS[11 + q * 4]
                local holder = redis.pcall('GET', lookout)
                if type(holder) == 'string' and holder ~= worker then
                    -- It is another's.
                elseif left > 0 and not isPaused[q] then
                    redis.pcall('SET', lookout, worker, 'PX', '\(RedisKeys.lookoutLifetime)')
                    redis.pcall('DEL', KEYS[12 + q * 4])
                    -- Another may be by itself.
                    if out[6] == 1 then openGate(gate) end
                    table.insert(out[3], q)
                    local first = redis.pcall('ZRANGE', set, '0', '0', 'WITHSCORES')
                    if first[2] and (out[2] == '' or tonumber(first[2]) < tonumber(out[2])) then
                        out[2] = first[2]
                    end
                else
                    if holder then redis.pcall('DEL', lookout) end
                    if not isPaused[q] then openGate(gate) end
                end
            end
            if problem then out[5] = problem.err end
            return out
            """

    /// What has arrived at a queue's lookout and was not taken is put back.
    ///
    ///     KEYS  lists of step 0, 3, 6, 9
    static let giveArrivalsBack = refusal + giveBack + "return giveBack(KEYS) or 0"
}
