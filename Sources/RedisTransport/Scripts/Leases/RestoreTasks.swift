internal import TaskQueue

/// Puts tasks that a worker held back to the front of their lists, or among those under suspicion, with
/// changed envelopes, unless another worker was faster.
struct RestoreTasks: RedisScript {
    let orphans: [Orphan]
    /// Orders those under suspicion, and counts down from one to the next.
    let milliseconds: Int64

    static let text = ScriptText(
        keys: ["unacked", "index"],
        hasRows: true,
        uses: [.suspect],
        """
        redis.call('HDEL', unacked, '')
        redis.call('ZREM', index, '')
        local restored, problem, at = 0, nil, firstArgument
        for k = firstKey, #KEYS do
            local list = KEYS[k]
            local tag, value, score, queue = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
            at = at + 4
            if redis.call('HEXISTS', unacked, tag) == 1 then
                local refused
                if score == '' then
                    refused = refusal(redis.pcall('RPUSH', list, value), 'RPUSH', list)
                else
                    refused = suspect(queue, score, value)
                end
                if refused then
                    problem = refused
                else
                    redis.call('ZREM', index, tag)
                    redis.call('HDEL', unacked, tag)
                    restored = restored + 1
                end
            end
        end
        return {restored, problem and problem.err or ''}
        """
    )

    var keys: [String] {
        RedisKeys.held + orphans.map { RedisKeys.list($0.queue, step: $0.step) }
    }

    var argumentSize: Int { orphans.reduce(64) { $0 + $1.envelope.count + 192 } }

    func addArguments(to command: inout RedisCommand) {
        for (index, orphan) in orphans.enumerated() {
            let place = orphan.place(at: milliseconds - Int64(index))
            command.add(orphan.tag)
            command.add(place.value)
            command.add(place.score)
            command.add(orphan.queue.text)
        }
    }

    /// How many were put back, and why others could not be ("" if all were).
    func answer(_ reply: RedisReply) -> (restored: Int, problem: String) {
        let parts = reply.elements
        return (parts.first?.count ?? 0, parts.last?.text ?? "")
    }
}
