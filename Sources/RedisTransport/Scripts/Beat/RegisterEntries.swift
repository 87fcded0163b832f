internal import TaskQueue

/// Makes entries known.
///
/// An entry's hash has `fingerprint`; `last`, its last firing in microseconds since the epoch, or since
/// when it is known; `count`, how many were sent; `id`, the last task's; `paused`, there while it is;
/// `live`, the version of a live entry, which one of the settings is not; and for people `schedule` and
/// `task`, as they are written.
struct RegisterEntries: RedisScript {
    let entries: [BeatRegistration]
    let now: Timestamp

    static let text = ScriptText(
        arguments: ["now", "lifetime"],
        hasRows: true,
        uses: [.misfit],
        """
        local out = {}
        for _, entry in ipairs(KEYS) do
            local problem = misfit(entry, 'hash')
            if problem then return problem end
        end
        local at = firstArgument
        for _, entry in ipairs(KEYS) do
            local fingerprint, schedule, task = ARGV[at], ARGV[at + 1], ARGV[at + 2]
            at = at + 3
            local known = redis.call('HMGET', entry, 'fingerprint', 'last', 'count', 'id')
            local last = known[2]
            if known[1] ~= fingerprint or not tonumber(last) then
                if (tonumber(last) or 0) < tonumber(now) then last = now end
            end
            redis.call('HSET', entry, 'last', last, 'fingerprint', fingerprint,
                'schedule', schedule, 'task', task)
            redis.call('HDEL', entry, 'live')
            redis.call('EXPIRE', entry, lifetime)
            out[#out + 1] = last
            out[#out + 1] = known[3] or '0'
            out[#out + 1] = known[4] or ''
        end
        return out
        """
    )

    var keys: [String] { entries.map { RedisKeys.beatEntry($0.name) } }

    func addArguments(to command: inout RedisCommand) {
        command.add(now.microseconds)
        command.add(seconds: RedisKeys.beatEntryLifetime)
        for entry in entries { command.add(entry) }
    }

    /// For each entry: last, count, id ("" if none).
    func answer(_ reply: RedisReply) -> [BeatRecord] {
        let parts = reply.elements(entries.count * 3)
        return stride(from: 0, to: parts.count, by: 3).map { BeatRecord(parts[$0...]) }
    }
}

extension RedisCommand {
    /// Fingerprint, schedule, task.
    mutating func add(_ entry: BeatRegistration) {
        add(entry.fingerprint)
        add(entry.schedule)
        add(entry.task.text)
    }
}

extension BeatRecord {
    /// Of last, count and id, as scripts return them or a hash has them.
    init(_ parts: ArraySlice<RedisReply>) {
        let words = parts.prefix(3).map { $0.text ?? $0.integer.map { String($0) } ?? "" }
        guard words.count == 3 else {
            self.init(lastFiring: .earliest)
            return
        }
        self.init(
            lastFiring: Timestamp(microseconds: Int64(words[0]) ?? 0),
            count: Int(words[1]) ?? 0,
            lastTask: words[2].isEmpty ? nil : TaskID(words[2])
        )
    }
}
