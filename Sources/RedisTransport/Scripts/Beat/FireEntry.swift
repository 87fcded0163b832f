internal import TaskQueue

/// Sends a firing, if it comes after the last remembered one and the lease is held: it decides
/// as ``BeatFiring/outcome(in:holder:)`` does.
struct FireEntry: RedisScript {
    let firing: BeatFiring
    let lease: BeatLease
    let placement: Placement
    /// The marks that remember the id.
    let mark: SentMark

    static let text = ScriptText(
        keys: ["lease", "entry", "list", "mark", "key"],
        arguments: [
            "who", "instant", "most", "lifetime", "id", "value", "markValue", "markField",
            "markLifetime", "longest", "version", "expires",
        ],
        uses: [.remember, .misfit, .hold],
        """
        local leader = redis.pcall('GET', lease)
        local known = redis.pcall('HMGET', entry, 'last', 'count', 'id', 'paused', 'live')
        local problem = refusal(leader, 'GET', lease) or refusal(known, 'HMGET', entry)
        if problem then return problem end
        local last, live = known[1], known[5]
        if leader ~= who then return {'led'} end
        if (live or '') ~= version then
            if version ~= '' then return {'gone'} end
            redis.call('HDEL', entry, 'live')
        end
        local function expire()
            if version == '' then redis.pcall('EXPIRE', entry, lifetime) end
        end
        local count = tonumber(known[2]) or 0
        most = tonumber(most)
        if (tonumber(last) or 0) >= tonumber(instant) or most > 0 and count >= most then
            return {'passed', last or '0', count, known[3] or ''}
        end
        local function leaveOut(answer)
            redis.call('HSET', entry, 'last', instant)
            expire()
            return answer
        end
        if known[4] then return leaveOut({'paused'}) end
        local isUnique = longest ~= ''
        local holder = isUnique and redis.pcall('GET', key)
        problem = refusal(holder, 'GET', key) or misfit(list, 'list')
        if problem then return problem end
        holder = holder and holderOf(holder)
        if holder then return leaveOut({'held', holder}) end
        redis.call('HSET', entry, 'last', instant, 'count', count + 1, 'id', id)
        problem = remember(mark, markValue, markField, markLifetime)
        if not problem and isUnique then problem = hold(key, id, expires, longest) end
        -- The message comes last: without it all else is undone.
        problem = problem or refusal(redis.pcall('LPUSH', list, value), 'LPUSH', list)
        if problem then
            for i, field in ipairs({'last', 'count', 'id'}) do
                if known[i] then redis.pcall('HSET', entry, field, known[i])
                else redis.pcall('HDEL', entry, field) end
            end
            if isUnique then redis.pcall('DEL', key) end
            return problem
        end
        expire()
        return {'sent'}
        """
    )

    var keys: [String] {
        [
            RedisKeys.beatLease(lease.group), RedisKeys.beatEntry(firing.entry), placement.key,
            mark.key, RedisKeys.unique(firing.message.unique?.key ?? ""),
        ]
    }

    var argumentSize: Int { placement.value.count + 512 }

    func addArguments(to command: inout RedisCommand) {
        let message = firing.message
        command.add(lease.holder)
        command.add(firing.instant.microseconds)
        // 0: for ever.
        command.add(firing.most ?? 0)
        command.add(seconds: RedisKeys.beatEntryLifetime)
        command.add(message.id.text)
        command.add(placement.value)
        command.add(mark)
        command.addLongestHold(message.unique)
        command.add(firing.version.map { String($0) })
        command.addExpiry(of: message)
    }

    /// What became of it: `sent`; `led` by another; `held`, with the id of the task that holds the key;
    /// `paused`; `passed`, with last, count and id of the entry; `gone`: there is no longer a live entry of that
    /// version.
    func answer(_ reply: RedisReply) -> BeatOutcome {
        let parts = reply.elements
        return switch parts.first?.text {
        case "sent": .sent
        case "held": .overlapped(TaskID(parts.last?.text ?? ""))
        case "paused": .paused
        case "gone": .gone
        case "passed": .passed(BeatRecord(parts.dropFirst()))
        default: .notLeading
        }
    }
}
