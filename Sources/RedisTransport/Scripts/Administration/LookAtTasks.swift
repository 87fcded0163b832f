internal import TaskQueue

/// The envelopes that are next in line in a queue, without their bodies.
struct LookAtHeads: RedisScript {
    let queue: QueueName

    static let text = ScriptText(
        keys: ["suspects"],
        hasRows: true,
        uses: [.slim],
        """
        local out = {}
        local suspect = redis.call('ZRANGE', suspects, 0, 0)[1]
        if suspect then out[1] = slim(string.sub(suspect, 2)) end
        for k = firstKey, #KEYS do
            local next = redis.call('LINDEX', KEYS[k], -1)
            if next then out[#out + 1] = slim(next) end
        end
        return out
        """
    )

    var keys: [String] { [RedisKeys.suspects(queue)] + RedisKeys.lists(queue) }

    /// One for each list that has any, and for the suspects.
    func answer(_ reply: RedisReply) -> [[UInt8]] { reply.elements.compactMap(\.bytes) }
}

/// What workers hold, a page at a time.
struct LookAtHeld: RedisScript {
    let cursor: ScanCursor

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["cursor"],
        uses: [.slim],
        """
        local page = redis.call('HSCAN', unacked, cursor, 'COUNT', 100)
        local out = {page[1]}
        for i = 1, #page[2], 2 do
            local tag, value = page[2][i], page[2][i + 1]
            local _, last = string.find(value, '^.*}')
            out[#out + 1] = tag
            out[#out + 1] = slim(string.sub(value, 2, last or 1))
            out[#out + 1] = string.sub(value, (last or 1) + 1, 4096 + (last or 1))
            out[#out + 1] = redis.call('ZSCORE', index, tag) or ''
        end
        return out
        """
    )

    var keys: [String] { RedisKeys.held }

    func addArguments(to command: inout RedisCommand) { command.add(cursor.text) }

    /// The next cursor, 0 at the end, and tasks, some more than once; for each: tag, envelope without its
    /// body, what follows that in its JSON array, score ("" if none).
    func answer(_ reply: RedisReply) -> (cursor: String?, tasks: [HeldTask]) {
        let page = reply.elements
        let tasks = stride(from: 1, to: page.count - 3, by: 4).compactMap { index in
            page[index].text.map { tag in
                HeldTask(
                    tag: tag,
                    envelope: page[index + 1].bytes ?? [],
                    rest: page[index + 2].bytes ?? [],
                    score: page[index + 3].text.flatMap(Double.init)
                )
            }
        }
        return (page.first?.text, tasks)
    }
}
