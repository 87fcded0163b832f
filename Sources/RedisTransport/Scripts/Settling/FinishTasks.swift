internal import TaskQueue

/// Ends tasks: stores their results, announces them, and removes the messages.
///
/// After an error all are held as before.
struct FinishTasks: RedisScript {
    let tasks: [FinishedTask]
    /// Of results; zero: they are kept for ever.
    let lifetime: Duration

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["lifetime"],
        hasRows: true,
        uses: [.store, .keep],
        """
        local lost, tags, at = {}, {}, firstArgument
        for k = firstKey, #KEYS do
            local result, tag, record = KEYS[k], ARGV[at], ARGV[at + 1]
            at = at + 2
            -- It may have lost its place in the index: then unacked tells.
            if redis.call('ZREM', index, tag) == 1
                or redis.call('HEXISTS', unacked, tag) == 1 then
                tags[#tags + 1] = tag
                local problem = record ~= '' and store(result, record, lifetime)
                if problem then return keep(tags, problem, stored) end
            else
                lost[#lost + 1] = k - firstKey
            end
        end
        local problem = tellForgone(lifetime) or forget(tags)
        if problem then return keep(tags, problem, stored) end
        return lost
        """
    )

    var keys: [String] { RedisKeys.held + tasks.map(\.resultKey) }

    var argumentSize: Int { tasks.reduce(64) { $0 + $1.size + 96 } }

    func addArguments(to command: inout RedisCommand) {
        command.add(milliseconds: lifetime)
        for task in tasks {
            command.add(task.delivery.tag)
            command.add(task.outcome)
        }
    }

    /// The tasks that were no longer held.
    func answer(_ reply: RedisReply) -> [Delivery] { reply.lost(of: tasks.map(\.delivery)) }
}

extension RedisReply {
    /// The deliveries at the positions, from 0, where a script has found nothing held.
    func lost(of deliveries: [Delivery]) -> [Delivery] {
        elements.compactMap(\.integer).filter(deliveries.indices.contains).map { deliveries[$0] }
    }
}
