internal import TaskQueue

/// Removes records (``RecordStore``), all or those with a value.
struct RemoveRecords: RedisScript {
    let removed: [SharedRecord.Key]
    /// `nil`: whatever they have.
    let value: String?

    static let text = ScriptText(
        arguments: ["hasValue", "value"],
        hasRows: true,
        uses: [.refusal],
        """
        local removed, at = 0, firstArgument
        for k = firstKey, #KEYS, 2 do
            local record, index, name = KEYS[k], KEYS[k + 1], ARGV[at]
            at = at + 1
            local there = redis.pcall('GET', record)
            local problem = refusal(there, 'GET', record)
            if problem then return problem end
            if there and (hasValue == '0' or there == value) then
                redis.call('DEL', record)
                redis.pcall('ZREM', index, name)
                removed = removed + 1
            end
        end
        return removed
        """
    )

    var keys: [String] {
        removed.flatMap { [RedisKeys.record($0), RedisKeys.records(in: $0.space)] }
    }

    func addArguments(to command: inout RedisCommand) {
        command.add(value != nil)
        command.add(value ?? "")
        for key in removed { command.add(key.name) }
    }

    /// How many were there.
    func answer(_ reply: RedisReply) -> Int { reply.count }
}
