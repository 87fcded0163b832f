internal import TaskQueue

/// Adds live entries, or replaces others by them, and makes them known: it decides as
/// ``LiveAddition/init(in:isThere:replacing:)`` does.
struct AddLiveEntries: RedisScript {
    let entries: [NewLiveEntry]
    /// Whether others make way.
    let replaces: Bool
    let now: Timestamp

    static let text = ScriptText(
        keys: ["live", "generation"],
        arguments: ["now", "replaces"],
        hasRows: true,
        uses: [.misfit],
        """
        local problem = misfit(live, 'hash') or misfit(generation, 'string')
        for k = firstKey, #KEYS do problem = problem or misfit(KEYS[k], 'hash') end
        if problem then return problem end
        local out, version, at = {}, nil, firstArgument
        for k = firstKey, #KEYS do
            local entry = KEYS[k]
            local name, draft, fingerprint, schedule, task = unpack(ARGV, at, at + 4)
            at = at + 5
            local known = redis.call('HMGET', entry, 'fingerprint', 'last', 'count', 'live')
            local isThere = redis.call('HEXISTS', live, name) == 1
            local word = isThere and 'replaced' or 'added'
            if known[2] and not known[4] then
                word = 'configured'
            elseif isThere and replaces ~= '1' then
                word = 'exists'
            else
                version = version or redis.call('INCR', generation)
                local last = known[2]
                if known[1] ~= fingerprint or not tonumber(last) then
                    if (tonumber(last) or 0) < tonumber(now) then last = now end
                end
                redis.call('PERSIST', entry)
                redis.call('HSET', entry, 'last', last, 'live', version,
                    'fingerprint', fingerprint, 'schedule', schedule, 'task', task)
                redis.call('HSET', live, name, version .. '\\n' .. draft)
            end
            out[#out + 1] = word
            out[#out + 1] = tonumber(known[3]) or 0
        end
        return out
        """
    )

    var keys: [String] {
        [RedisKeys.beatLive, RedisKeys.beatGeneration]
            + entries.map { RedisKeys.beatEntry($0.name) }
    }

    func addArguments(to command: inout RedisCommand) {
        command.add(now.microseconds)
        command.add(replaces)
        for new in entries {
            command.add(new.name)
            command.add(new.text)
            command.add(new.registration)
        }
    }

    /// For each entry: `added`, `replaced`, `exists` or `configured`, and how many were sent.
    func answer(_ reply: RedisReply) -> [LiveAddition] {
        let parts = reply.elements(entries.count * 2)
        return stride(from: 0, to: parts.count, by: 2).map { start in
            switch parts[start].text {
            case "added": .added
            case "replaced": .replaced(sent: parts[start + 1].count)
            case "exists": .exists
            default: .configured
            }
        }
    }
}
