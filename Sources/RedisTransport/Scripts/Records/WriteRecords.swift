internal import TaskQueue

/// Writes records (``RecordStore``), and lists them in the indices of their spaces.
struct WriteRecords: RedisScript {
    let records: [SharedRecord]
    let condition: SharedRecord.Condition

    static let text = ScriptText(
        arguments: ["condition"],
        hasRows: true,
        uses: [.refusal, .misfit],
        """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
        local answers, at = {}, firstArgument
        for k = firstKey, #KEYS, 2 do
            local record, index = KEYS[k], KEYS[k + 1]
            local name, value, lifetime = ARGV[at], ARGV[at + 1], ARGV[at + 2]
            at = at + 3
            local there = redis.pcall('GET', record)
            local problem = refusal(there, 'GET', record) or misfit(index, 'zset')
            if problem then return problem end
            if condition == 'isNew' and there or condition == 'isSame' and there ~= value then
                answers[#answers + 1] = there
            else
                problem = refusal(redis.pcall('SET', record, value, 'PX', lifetime), 'SET', record)
                if problem then return problem end
                redis.pcall('ZADD', index, now + lifetime, name)
                redis.pcall('ZREMRANGEBYSCORE', index, '-inf', now)
                local left = redis.pcall('PTTL', index)
                if type(left) ~= 'number' or left < tonumber(lifetime) then
                    redis.pcall('PEXPIRE', index, lifetime)
                end
                answers[#answers + 1] = false
            end
        end
        return answers
        """
    )

    var keys: [String] {
        records.flatMap { [RedisKeys.record($0.key), RedisKeys.records(in: $0.key.space)] }
    }

    var argumentSize: Int { records.reduce(64) { $0 + $1.value.utf8.count + 128 } }

    func addArguments(to command: inout RedisCommand) {
        switch condition {
        case .always: command.add("always")
        case .isNew: command.add("isNew")
        case .isSame: command.add("isSame")
        }
        for record in records {
            command.add(record.key.name)
            command.add(record.value)
            command.add(milliseconds: record.lifetime)
        }
    }

    /// What stays in the place of each.
    func answer(_ reply: RedisReply) -> [String?] { reply.elements.map(\.text) }
}
