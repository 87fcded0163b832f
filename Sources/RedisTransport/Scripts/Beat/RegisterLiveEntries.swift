internal import TaskQueue

/// Returns what is remembered of live entries, and makes forgotten ones known again.
struct RegisterLiveEntries: RedisScript {
    let entries: [LiveRegistration]
    let now: Timestamp

    static let text = ScriptText(
        keys: ["live"],
        arguments: ["now"],
        hasRows: true,
        """
        local out, at = {}, firstArgument
        for k = firstKey, #KEYS do
            local entry = KEYS[k]
            local name, version, fingerprint, schedule, task = unpack(ARGV, at, at + 4)
            at = at + 5
            local value = redis.call('HGET', live, name)
            local known = redis.call('HMGET', entry, 'last', 'count', 'id', 'live')
            if not known[1] and value and string.match(value, '^%d+') == version then
                redis.call('HSET', entry, 'last', now, 'live', version,
                    'fingerprint', fingerprint, 'schedule', schedule, 'task', task)
                known = {now, false, false, version}
            end
            local isThere = value and known[4] == version
            for i = 1, 3 do out[#out + 1] = isThere and known[i] or '' end
        end
        return out
        """
    )

    var keys: [String] {
        [RedisKeys.beatLive] + entries.map { RedisKeys.beatEntry($0.name) }
    }

    func addArguments(to command: inout RedisCommand) {
        command.add(now.microseconds)
        for live in entries {
            command.add(live.name)
            command.add(live.version)
            command.add(live.registration)
        }
    }

    /// For each entry: last, count, id; all "" if it is not there in that version, or the entry of that name
    /// is from the settings.
    func answer(_ reply: RedisReply) -> [BeatRecord?] {
        let parts = reply.elements(entries.count * 3)
        return stride(from: 0, to: parts.count, by: 3).map { start in
            parts[start].text == "" ? nil : BeatRecord(parts[start...])
        }
    }
}
