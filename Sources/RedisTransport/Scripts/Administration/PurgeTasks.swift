internal import TaskQueue

/// Removes some of the waiting tasks, from the end of a list or the beginning of a sorted set, frees the keys
/// that they held, and tells those who wait for them.
struct PurgeTasks: RedisScript {
    let key: String
    /// Whether it is a sorted set, whose members have a character before their envelopes.
    let isSet: Bool
    let limit: Int
    /// Of results; zero: they are kept for ever.
    let lifetime: Duration
    /// Whether results are stored on this server.
    let storesResults: Bool

    static let text = ScriptText(
        keys: ["source"],
        arguments: ["isSet", "limit", "largest", "lifetime", "record"],
        uses: [.releaseHeld, .store],
        """
        local count, bytes = 0, 0
        while count < tonumber(limit) and bytes < tonumber(largest) do
            local envelope
            if isSet == '1' then envelope = redis.call('ZPOPMIN', source)[1]
            else envelope = redis.call('RPOP', source) end
            if not envelope then break end
            count = count + 1
            bytes = bytes + #envelope
            local headers = headersOf(string.sub(envelope, isSet + 1))
            releaseHeld(headers)
            if type(headers.id) == 'string' and headers.ignore_result ~= true then
                local sending = headers.tq_sending
                if type(sending) ~= 'string' then sending = '' end
                local outcome = record
                if record ~= '' then outcome = record .. cjson.encode(headers.id) .. '}' end
                store('\(KeyMadeByScript.result)' .. headers.id, sending .. '\\n' .. outcome, lifetime)
            end
        end
        return count
        """
    )

    var keys: [String] { [key] }

    func addArguments(to command: inout RedisCommand) {
        command.add(isSet)
        command.add(limit)
        // After so many bytes it is enough.
        command.add(RedisBroker.largestCommand)
        command.add(milliseconds: lifetime)
        command.add(storesResults ? Self.recordUpToID : [])
    }

    /// How many tasks were removed.
    func answer(_ reply: RedisReply) -> Int { reply.count }

    /// The record of a task that was removed from its queue, as JSON that ends before the task's id.
    private static var recordUpToID: [UInt8] {
        let record = StoredResult.purged(TaskID(""), at: .now()).json
        return record.dropLast(3).map(\.self)
    }
}
