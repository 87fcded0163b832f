internal import TaskQueue

/// Ends a transaction that has pushed messages on their lists: remembers them, or takes them off again
/// if they were there already or cannot all be put where they go.
///
/// A second try finds the mark of the first: marks of one sender only grow, it sends one batch after
/// the other, and each is there as a whole. So it is the same whether the first came before, or comes
/// after the second because it was still on its way when its connection was given up.
///
/// Of the messages only delayed ones come through here, because others would cost the server as much
/// again: it hashes every byte of each string that a script is given.
struct SendBatch: RedisScript {
    /// Where each run of messages goes: a list or a delayed set.
    let runs: [SendingBatch.Run]
    /// The marks to remember; the first is of this very sending if the batch ``isRecognised``.
    let marks: [SentMark]
    let isRecognised: Bool

    static let text = ScriptText(
        arguments: ["runs", "isRecognised"],
        uses: [.remember, .misfit, .delay],
        """
        local marks = #KEYS - runs
        runs = tonumber(runs)
        local function mark(m)
            return KEYS[runs + m], ARGV[m * 3], ARGV[m * 3 + 1], ARGV[m * 3 + 2]
        end
        -- The key, how many were pushed, and which arguments are not pushed yet, of each run.
        local function each(body)
            local at = marks * 3 + 3
            for r = 1, runs do
                local pushed, last = tonumber(ARGV[at]), at
                if pushed == 0 then last = at + 1 + ARGV[at + 1] end
                body(KEYS[r], pushed, at + 2, last)
                at = last + 1
            end
        end
        local problem
        each(function(key, pushed)
            problem = problem or misfit(key, pushed > 0 and 'list' or 'zset')
        end)
        local isThere, latest = false, nil
        if not problem and isRecognised == '1' then
            local key, value, field = mark(1)
            latest = redis.pcall('HGET', key, field)
            problem = refusal(latest, 'HGET', key)
            isThere = not problem and latest and #latest == #value and latest >= value
        end
        if not problem and not isThere then
            each(function(key, pushed, first, last)
                if pushed == 0 and not problem then
                    problem = delay(key, unpack(ARGV, first, last))
                end
            end)
            -- The first comes last: what it tells is there then.
            for m = marks, 2, -1 do problem = problem or remember(mark(m)) end
            if marks > 0 then
                local key, value, field, lifetime = mark(1)
                problem = problem or remember(key, value, field, lifetime, latest)
            end
            if not problem then return 1 end
            each(function(key, pushed, first, last)
                if pushed == 0 then
                    for at = first + 1, last, 2 do redis.pcall('ZREM', key, ARGV[at]) end
                end
            end)
        end
        each(function(key, pushed)
            -- Those that a list of a wrong type has refused are not there.
            if pushed > 0 then redis.pcall('LTRIM', key, pushed, '-1') end
        end)
        return problem or 0
        """
    )

    var keys: [String] { runs.map(\.key) + marks.map(\.key) }

    var argumentSize: Int { runs.reduce(256) { $0 + ($1.isDelayed ? $1.size : 0) } }

    /// After the named ones: each mark; and for each run how many messages were pushed, or 0 and how many
    /// arguments follow, pairs of due time and value.
    func addArguments(to command: inout RedisCommand) {
        command.add(runs.count)
        command.add(isRecognised)
        for mark in marks { command.add(mark) }
        for run in runs {
            guard run.isDelayed else {
                command.add(run.placements.count)
                continue
            }
            command.add("0")
            command.add(run.placements.count * 2)
            for placement in run.placements {
                command.add(placement.due ?? "0")
                command.add(placement.value)
            }
        }
    }

    /// 1, or 0 if the messages were there already.
    ///
    /// It is read with everything else that the transaction answers.
    func answer(_ reply: RedisReply) {}
}
