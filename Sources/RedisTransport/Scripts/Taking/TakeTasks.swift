internal import TaskQueue

/// Puts due delayed tasks on their queues, then takes up to `limit` tasks into `unacked`.
///
/// A connection that the worker has given up takes nothing: nobody would know of what it took.
/// Nothing is taken from a paused queue, and no delayed task is woken there. A key that cannot be used keeps
/// nobody from the other queues.
///
/// A task under suspicion comes before the others of its priority step, and alone. If the worker is not by itself
/// as far as that requires, one worker for all gets nothing, and makes itself quiet for it.
///
/// A worker that finds less than it asks for waits for more. One for all is a queue's lookout; the others
/// wait at its gate. A worker that finds all it asks for opens the gate for one of them, which looks whether more
/// is there and then becomes the lookout.
struct TakeTasks: RedisScript {
    /// In the order in which they are served within a priority step.
    let queues: [QueueName]
    let limit: Int
    let worker: String
    let solitude: Solitude
    /// The beginning of the tags of the tasks, before their numbers.
    let tagPrefix: String
    let firstNumber: Int

    static let text = ScriptText(
        keys: [
            "unacked", "index", "connection", "workers", "paused", "revoked", "suspected",
            "clearing",
        ],
        arguments: [
            "left", "tagPrefix", "number", "worker", "lease", "count", "solitude", "clearance",
        ],
        hasRows: true,
        uses: [.openGate, .giveBack, .suspect, .firstSuspect, .clears],
        """
        local clock = redis.call('TIME')
        local now = clock[1] + clock[2] / 1000000
        local stamp = string.format('%.6f', now)
        local current = redis.pcall('GET', connection)
        if type(current) == 'string' and current ~= string.sub(tagPrefix, 1, #current) then
            return {stamp, '', {}, 0, '', 0, 0}
        end
        redis.call('HDEL', unacked, '')
        left, number, count = tonumber(left), tonumber(number), tonumber(count)
        -- Each queue has a row of four in KEYS, and in ARGV its lists, of which that of step 0 has its name:
        -- q counts in fours. After the rows come all lists, in the order of service.
        local delayed, lookout, gate, bell, name = firstKey, firstKey + 1, firstKey + 2, firstKey + 3, firstArgument
        local lastQueue, firstList, firstClose = count * 4 - 1, firstKey + count * 4, firstArgument + count * 4
        local isPaused, revokes, suspects, problem = {}, 0, false, nil
        local marks = {paused, revoked, suspected}
        for q = 0, lastQueue, 4 do marks[#marks + 1] = '\(KeyMadeByScript.arrived)' .. ARGV[name + q] end
        local there = redis.call('EXISTS', unpack(marks))
        if there > 0 then
            for q = 0, lastQueue, 4 do
                local arrived, refused = giveBack({unpack(ARGV, name + q, name + q + 3)})
                if arrived > 0 then there = there - 1 end
                problem = problem or refused
            end
        end
        -- Nearly always it was only what has arrived here.
        if there > 0 then
            local answer = redis.pcall('ZCARD', revoked)
            local refused = refusal(answer, 'ZCARD', revoked)
            if answer ~= 0 and not refused then revokes = 1 end
            problem = problem or refused
            suspects = redis.call('EXISTS', suspected) == 1
            for q = 0, lastQueue, 4 do
                answer = redis.pcall('SISMEMBER', paused, ARGV[name + q])
                problem = problem or refusal(answer, 'SISMEMBER', paused)
                isPaused[q] = answer == 1
            end
        end
        for q = 0, lastQueue, 4 do
            local set = KEYS[delayed + q]
            local due = isPaused[q] and {}
                or redis.pcall('ZRANGEBYSCORE', set, '-inf', stamp, 'LIMIT', '0', '1000')
            local refused = due.err and refusal(due, 'ZRANGEBYSCORE', set)
                -- Whether they may be removed is seen before they are put elsewhere.
                or due[1] and refusal(redis.pcall('ZREM', set, 'tq:none'), 'ZREM', set)
            local columns = due[1] and {['0'] = 0, ['3'] = 1, ['6'] = 2, ['9'] = 3}
            -- What goes on the queue's list of each column, and what that is in the set.
            local messages, members = {}, {}
            for _, member in ipairs(due) do
                if refused then break end
                -- What none of ours has put there is set aside by who takes it.
                local first, message = string.sub(member, 1, 1), member
                local column, isSuspect = columns[first], string.find(first, '^[BCEFHIKL]')
                if column or isSuspect then
                    -- In one step: the server hashes each string that comes of another.
                    local found
                    message, found = string.gsub(member, '^.{"tq_order":"%x+",', '{')
                    if found == 0 then message = string.sub(member, 2) end
                end
                if isSuspect then
                    local score = (string.byte(first) - 65) * \(SuspectMember.scoreStep) + now * 1000
                    refused = suspect(ARGV[name + q], string.format('%.3f', score), first .. message)
                    suspects = true
                    if not refused then redis.call('ZREM', set, member) end
                else
                    column = column or 0
                    local there = messages[column]
                    if not there then
                        there, members[column] = {}, {}
                        messages[column] = there
                    end
                    there[#there + 1] = message
                    members[column][#there] = member
                end
            end
            for column, pushed in pairs(messages) do
                local list = ARGV[name + q + column]
                local failure = refusal(redis.pcall('LPUSH', list, unpack(pushed)), 'LPUSH', list)
                if not failure then redis.call('ZREM', set, unpack(members[column])) end
                refused = refused or failure
            end
            problem = refused or problem
        end
        -- What is taken comes behind what is told of it all.
        local lookouts, nextDue, suspectsLeft, losses, unusable = {}, '', 0, 0, 0
        local out = {stamp, '', lookouts, 0, '', 0, 0}
        local function holdLease()
            local score = string.format('%.6f', now + lease)
            if redis.call('ZADD', workers, score, worker) == 1 then
                redis.call('EXPIRE', workers, '\(RedisKeys.workersLifetime)')
            end
        end
        -- Whether what is to be served next is a suspect, and no other task is to be taken now.
        local servesSuspect = suspects and function(q, step, close)
            local queue = ARGV[name + q]
            local member, itsStep, itsLosses = firstSuspect(queue)
            if not member then return false end
            suspectsLeft = math.max(suspectsLeft, 1)
            if itsStep ~= step or out[8] then return false end
            if tonumber(solitude) < itsLosses then
                if not clears(clearing, worker, clearance) then return false end
                suspectsLeft = 2
                return true
            end
            local tag, envelope = tagPrefix .. number .. 's', string.sub(member, 2)
            local set = '\(KeyMadeByScript.suspects)' .. queue
            holdLease()
            redis.call('ZADD', index, stamp, tag)
            local refused =
                refusal(redis.pcall('HSET', unacked, tag, '[' .. envelope .. close), 'HSET', unacked)
                or refusal(redis.pcall('ZREM', set, member), 'ZREM', set)
            if refused then
                problem = refused
                redis.pcall('HDEL', unacked, tag)
                redis.pcall('ZREM', index, tag)
            else
                losses, out[8], out[9] = itsLosses, q / 4, envelope
            end
            return true
        end
        for k = firstList, #KEYS do
            if left <= 0 then break end
            -- Few tasks have another priority.
            if k == firstList + count and not suspects
                and redis.call('EXISTS', unpack(KEYS, k)) == 0 then
                break
            end
            local list, position = KEYS[k], k - firstList
            local close, column = ARGV[firstClose + position], position % count
            local q = column * 4
            if suspects and not isPaused[q] then
                local step = (position - column) / count * 3
                if servesSuspect(q, step, close) then
                    left = 0
                    break
                end
            end
            local found = isPaused[q] and {} or redis.pcall('LRANGE', list, -left, '-1')
            if found.err then
                problem = refusal(found, 'LRANGE', list)
                if position < count then unusable = unusable + 1 end
            end
            if found[1] then
                if not out[8] then holdLease() end
                local scores, fields = {}, {}
                for j = #found, 1, -1 do
                    local tag = tagPrefix .. number
                    number = number + 1
                    scores[#scores + 1] = stamp
                    scores[#scores + 1] = tag
                    fields[#fields + 1] = tag
                    fields[#fields + 1] = '[' .. found[j] .. close
                end
                redis.call('ZADD', index, unpack(scores))
                local refused = refusal(redis.pcall('HSET', unacked, unpack(fields)), 'HSET', unacked)
                    or refusal(redis.pcall('LTRIM', list, '0', -#found - 1), 'LTRIM', list)
                if refused then
                    problem = refused
                    for j = 1, #fields, 2 do
                        redis.pcall('HDEL', unacked, fields[j])
                        redis.pcall('ZREM', index, fields[j])
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
        if unusable == count and count > 0 and not out[8] then return problem end
        for q = 0, lastQueue, 4 do
            local holder = redis.pcall('GET', KEYS[lookout + q])
            if type(holder) == 'string' and holder ~= worker then
                -- It is another's.
            elseif left > 0 and not isPaused[q] then
                redis.pcall('SET', KEYS[lookout + q], worker, 'PX', '\(RedisKeys.lookoutLifetime)')
                redis.pcall('DEL', KEYS[bell + q])
                -- Another may be by itself.
                if suspectsLeft == 1 then openGate(KEYS[gate + q]) end
                lookouts[#lookouts + 1] = q / 4
                local first = redis.pcall('ZRANGE', KEYS[delayed + q], '0', '0', 'WITHSCORES')
                if first[2] and (nextDue == '' or tonumber(first[2]) < tonumber(nextDue)) then
                    nextDue = first[2]
                end
            else
                if holder then redis.pcall('DEL', KEYS[lookout + q]) end
                if not isPaused[q] then openGate(KEYS[gate + q]) end
            end
        end
        out[2], out[4], out[5] = nextDue, revokes, problem and problem.err or ''
        out[6], out[7] = suspectsLeft, losses
        return out
        """
    )
}

// MARK: - What it is given

extension TakeTasks {
    /// After the named ones: for each queue what belongs to it, then all lists in the order in which Kombu
    /// serves them: each priority step of all queues before the next step.
    var keys: [String] {
        [
            RedisKeys.unacknowledged, RedisKeys.unacknowledgedIndex,
            RedisKeys.connection(worker: worker), RedisKeys.workers, RedisKeys.paused,
            RedisKeys.revoked, RedisKeys.suspected, RedisKeys.clearing,
        ]
            + queues.flatMap { queue in
                [
                    RedisKeys.delayed(queue), RedisKeys.lookout(queue), RedisKeys.gate(queue),
                    RedisKeys.bell(queue),
                ]
            }
            + RedisKeys.prioritySteps.flatMap { step in
                queues.map { RedisKeys.list($0, step: step) }
            }
    }

    /// After the named ones: for each queue its lists, then for each list what closes its JSON array in
    /// `unacked`.
    func addArguments(to command: inout RedisCommand) {
        command.add(limit)
        command.add(tagPrefix)
        command.add(firstNumber)
        command.add(worker)
        command.add(seconds: Lease.length)
        command.add(queues.count)
        command.add(solitude.rawValue)
        command.add(milliseconds: Lease.clearance)
        for queue in queues {
            for list in RedisKeys.lists(queue) { command.add(list) }
        }
        let closes = queues.map(Self.close)
        for _ in RedisKeys.prioritySteps {
            for close in closes { command.add(close) }
        }
    }

    /// What follows the envelope in the array that Kombu keeps in `unacked`: exchange and routing key.
    private static func close(_ queue: QueueName) -> String {
        ",\"\",\(JSONText(string: queue.text).text)]"
    }
}

// MARK: - What it answers

extension TakeTasks {
    struct Taken {
        /// The server's time; `nil`: it did not say.
        var serverTime: Timestamp?
        /// When the first task falls due that is left in the queues whose lookout the worker is; `nil`: there is none.
        var nextDue: Timestamp?
        /// The queues whose lookout the worker is.
        var lookouts: [QueueName] = []
        /// Whether any task at all is revoked.
        var isAnyRevoked = false
        /// What failed for some of the queues; empty: nothing.
        var problem = ""
        var suspectsLeft = SuspectsLeft.none
        var deliveries: [Delivery] = []
    }

    /// - Returns: `nil` if it is not an answer of this script.
    func answer(_ reply: RedisReply) -> Taken? {
        let parts = reply.elements
        guard parts.count > 6 else { return nil }
        let times = parts.prefix(2).map { part in
            part.text.flatMap(Double.init).map { Timestamp(secondsSinceEpoch: $0) }
        }
        return Taken(
            serverTime: times[0],
            nextDue: times[1],
            lookouts: parts[2].elements.compactMap { $0.integer.flatMap(queue(at:)) },
            isAnyRevoked: parts[3].integer == 1,
            problem: parts[4].text ?? "",
            suspectsLeft: parts[5].integer.flatMap(SuspectsLeft.init) ?? .none,
            deliveries: deliveries(parts.dropFirst(7), losses: parts[6].integer ?? 0)
        )
    }

    /// Of the position of each one's list, from 0, and its envelope; the tags count on from the first.
    ///
    /// `losses` are those of the task if it is under suspicion, else 0.
    private func deliveries(_ parts: ArraySlice<RedisReply>, losses: Int) -> [Delivery] {
        let mark = losses > 0 ? RedisKeys.suspectMark : ""
        var deliveries: [Delivery] = []
        deliveries.reserveCapacity(parts.count / 2)
        for index in stride(from: parts.startIndex, to: parts.endIndex - 1, by: 2) {
            guard let queue = parts[index].integer.flatMap(queue(at:)),
                let envelope = parts[index + 1].bytes
            else { continue }
            deliveries.append(
                Delivery(
                    tag: tagPrefix + String(firstNumber + deliveries.count) + mark,
                    queue: queue,
                    content: .kombu(envelope),
                    losses: losses
                )
            )
        }
        return deliveries
    }

    /// The queue of the list at a position among the lists; `nil`: there is no such position.
    private func queue(at position: Int) -> QueueName? {
        position < 0 || queues.isEmpty ? nil : queues[position % queues.count]
    }
}
