internal import TaskQueue

/// Ends tasks that are part of workflows: stores results, sets letters aside, sends what comes next and counts chords,
/// each task in one step.
///
/// A task that is the last of a chord, or of several, is left as it is until it says what follows with so many
/// reports: ``answer(_:)`` names it, and the script is run again. The keys of chords are Celery's (`celery-wire`,
/// section 5.6), so that both kinds of worker count in one.
///
/// After an error all are held as before, and nothing is sent or counted: counting comes last, and what could be in
/// its way is looked at first.
struct FinishInWorkflow: RedisScript {
    let ends: [WorkflowEnd]
    /// Of each task: the key that it frees.
    let releases: [RedisBroker.Release]
    /// All that the tasks send, one task after the other.
    let next: [FinishAndSend.Next]
    /// Of results; zero: they are kept for ever.
    let lifetime: Duration

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["lifetime", "chordTime", "most", "age", "tasks"],
        hasRows: true,
        uses: [.store, .keep, .remember, .placing, .release, .misfit],
        """
        redis.call('HDEL', unacked, '')
        local now = tonumber(redis.call('TIME')[1])
        local lost, open, tags, ended, letters, counts = {}, {}, {}, {}, {}, {}
        local added, seen, closed, postponed = {}, {}, {}, {}
        local k, a = firstKey, firstArgument
        local function undo(problem)
            for _, each in ipairs(letters) do redis.pcall('ZREM', each[1], each[2]) end
            for _, tag in ipairs(postponed) do tags[#tags + 1] = tag end
            return keep(tags, withdraw(problem), stored)
        end
        -- An error; or nothing, how many have reported, and how many are to, if that counts still.
        local function count(base)
            local done = redis.pcall('GET', base .. '.c')
            local size, more = redis.pcall('GET', base .. '.s'), redis.pcall('GET', base .. '.t')
            local reported = redis.pcall('SCARD', base .. '.d')
            local problem = refusal(done, 'GET', base .. '.c') or refusal(size, 'GET', base .. '.s')
                or refusal(more, 'GET', base .. '.t') or refusal(reported, 'SCARD', base .. '.d')
                or misfit(base .. '.j', 'zset')
            if problem then return problem end
            local total = not done and tonumber(size)
            return nil, reported, total and total + (tonumber(more) or 0)
        end
        -- An error; or nothing, and the number of the first report that is the last of its chord, or not,
        -- unlike what the task says.
        local function look(first, at, reports)
            local mine, isNew, closing = {}, {}, {}
            for j = 0, reports - 1 do
                local base, member, expected = KEYS[first + j], ARGV[at + j * 4], ARGV[at + j * 4 + 3]
                local name = base .. ' ' .. member
                local problem, reported, total = count(base)
                if problem then return problem end
                if not seen[name] and not isNew[name]
                    and redis.call('SISMEMBER', base .. '.d', member) == 0 then
                    isNew[name] = true
                    mine[base] = (mine[base] or 0) + 1
                end
                local all = reported + (added[base] or 0) + (mine[base] or 0)
                local isLast = total == all and not closed[base] and not closing[base]
                if isLast and expected == '' or not isLast and expected ~= ''
                    or isLast and tonumber(expected) ~= all then return nil, j, isLast, base end
                if isLast then closing[base] = true end
            end
            for base, number in pairs(mine) do added[base] = (added[base] or 0) + number end
            for name in pairs(isNew) do seen[name] = true end
            for base in pairs(closing) do closed[base] = true end
        end
        for i = 1, tasks do
            local result, unique, dead = KEYS[k], KEYS[k + 1], KEYS[k + 2]
            local tag, record, id, letter = unpack(ARGV, a, a + 3)
            local messages, results, starts, reports = unpack(ARGV, a + 4, a + 7)
            local nextKey, nextAt = k + 3, a + 8
            local resultKey, resultAt = nextKey + messages * 2, nextAt + messages * 5
            local startKey, startAt = resultKey + results, resultAt + results
            local reportKey, reportAt = startKey + starts, startAt + starts
            k, a = reportKey + reports, reportAt + reports * 4
            if redis.call('ZREM', index, tag) == 1 or redis.call('HEXISTS', unacked, tag) == 1 then
                local problem, report, isLast, base = look(reportKey, reportAt, tonumber(reports))
                if report then
                    postponed[#postponed + 1] = tag
                    open[#open + 1] = {i - 1, report, isLast and base or ''}
                else
                    tags[#tags + 1] = tag
                end
                if not report and not problem then
                    for m = 0, messages - 1 do
                        local at = nextAt + m * 5
                        problem = problem or place(KEYS[nextKey + m * 2], ARGV[at], ARGV[at + 1])
                            or remember(KEYS[nextKey + m * 2 + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
                    end
                    if letter ~= '' and not problem then
                        problem = refusal(redis.pcall('ZADD', dead, now, letter), 'ZADD', dead)
                        if not problem then letters[#letters + 1] = {dead, letter} end
                    end
                    for r = 0, results - 1 do
                        problem = problem or store(KEYS[resultKey + r], ARGV[resultAt + r], lifetime)
                    end
                    if record ~= '' and not problem then problem = store(result, record, lifetime) end
                    ended[#ended + 1] = {unique, id}
                    for s = 0, starts - 1 do counts[#counts + 1] = {KEYS[startKey + s], ARGV[startAt + s]} end
                    for r = 0, reports - 1 do
                        counts[#counts + 1] = {KEYS[reportKey + r], nil, unpack(ARGV, reportAt + r * 4, reportAt + r * 4 + 3)}
                    end
                end
                if problem then return undo(problem) end
            else
                lost[#lost + 1] = i - 1
            end
        end
        local problem = tellForgone(lifetime) or forget(tags)
        if problem then return undo(problem) end
        for _, each in ipairs(letters) do
            redis.pcall('ZREMRANGEBYRANK', each[1], 0, -1 - most)
            redis.pcall('ZREMRANGEBYSCORE', each[1], '-inf', now - age)
            redis.pcall('EXPIRE', each[1], age)
        end
        for _, each in ipairs(ended) do release(each[1], each[2]) end
        for _, each in ipairs(counts) do
            local base, size, member, score, value, expected = unpack(each, 1, 6)
            if size then
                redis.pcall('DEL', base .. '.c')
                redis.pcall('SET', base .. '.s', size, 'EX', chordTime)
            elseif expected ~= '' then
                redis.pcall('DEL', base .. '.j', base .. '.t', base .. '.s', base .. '.d')
                redis.pcall('SET', base .. '.c', 'done', 'EX', chordTime)
            elseif redis.pcall('GET', base .. '.c') ~= 'done' then
                if redis.pcall('SADD', base .. '.d', member) == 1 then
                    redis.pcall('ZADD', base .. '.j', score, value)
                end
                for _, part in ipairs({'.j', '.t', '.s', '.d'}) do redis.pcall('EXPIRE', base .. part, chordTime) end
            end
        end
        for _, tag in ipairs(postponed) do redis.pcall('ZADD', index, now, tag) end
        for _, each in ipairs(open) do
            each[4] = each[3] ~= '' and redis.pcall('ZRANGE', each[3] .. '.j', 0, -1, 'WITHSCORES') or {}
        end
        return {lost, open}
        """
    )

    var keys: [String] {
        var keys = RedisKeys.held
        var next = next[...]
        for (end, release) in zip(ends, releases) {
            keys += [end.resultKey, release.key, RedisKeys.dead(end.delivery.queue)]
            for message in next.prefix(end.sequel.messages.count) {
                keys += [message.placement.key, message.mark.key]
            }
            next = next.dropFirst(end.sequel.messages.count)
            keys += end.sequel.results.map { RedisKeys.result($0.id) }
            keys += end.sequel.starts.map { RedisKeys.chord($0.group) }
            keys += end.sequel.reports.map { RedisKeys.chord($0.group) }
        }
        return keys
    }

    var argumentSize: Int { ends.reduce(64) { $0 + $1.size + 512 } }

    func addArguments(to command: inout RedisCommand) {
        command.add(milliseconds: lifetime)
        command.add(seconds: RedisKeys.chordLifetime)
        command.add(DeadLetter.largestCount)
        command.add(seconds: DeadLetter.longestAge)
        command.add(ends.count)
        var next = next[...]
        for (end, release) in zip(ends, releases) {
            let sequel = end.sequel
            command.add(end.delivery.tag)
            command.add(end.outcome)
            command.add(release.id)
            command.add(end.letter ?? [])
            command.add(sequel.messages.count)
            command.add(sequel.results.count)
            command.add(sequel.starts.count)
            command.add(sequel.reports.count)
            for message in next.prefix(sequel.messages.count) {
                command.add(message.placement.due)
                command.add(message.placement.value)
                command.add(message.mark)
            }
            next = next.dropFirst(sequel.messages.count)
            for result in sequel.results { command.add(result.json) }
            for start in sequel.starts { command.add(start.size) }
            for (report, count) in zip(sequel.reports, end.counts) {
                let score = report.index.map { "\($0)" }
                command.add("\(report.task):\(score ?? "+inf")")
                command.add(score ?? "+inf")
                command.add(report.member.bytes)
                command.add(count.map { "\($0)" })
            }
        }
    }

    struct Answer {
        /// The tasks that were no longer held.
        let lost: [Delivery]
        /// Those that are still held, and now say what follows.
        let open: [WorkflowEnd]
    }

    func answer(_ reply: RedisReply) -> Answer {
        let parts = reply.elements
        guard parts.count == 2 else { return Answer(lost: [], open: []) }
        let open = parts[1].elements.compactMap { row -> WorkflowEnd? in
            let row = row.elements
            guard row.count == 4, let end = row[0].integer, ends.indices.contains(end),
                let report = row[1].integer
            else { return nil }
            return ends[end].going(on: report, isLast: row[2].text != "", row[3].elements)
        }
        return Answer(lost: parts[0].lost(of: ends.map(\.delivery)), open: open)
    }
}
