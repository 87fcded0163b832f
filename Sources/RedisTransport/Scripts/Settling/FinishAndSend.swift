internal import TaskQueue

/// Ends tasks as ``FinishTasks`` does, sends what comes next, and frees the keys that they held.
///
/// Tasks that are no longer held send nothing. After an error all are held as before, and nothing is sent.
struct FinishAndSend: RedisScript {
    /// A message to send.
    struct Next {
        let placement: Placement
        let mark: SentMark
    }

    let tasks: [FinishedTask]
    /// Of each task: the key that it frees.
    let releases: [RedisBroker.Release]
    /// All that the tasks send, one task after the other.
    let next: [Next]
    /// Of results; zero: they are kept for ever.
    let lifetime: Duration

    static let text = ScriptText(
        keys: ["unacked", "index"],
        arguments: ["lifetime", "tasks"],
        hasRows: true,
        uses: [.store, .keep, .remember, .placing, .release],
        """
        local lost, tags, ended = {}, {}, {}
        local key, at = firstKey, firstArgument
        -- The rows of messages come after those of tasks.
        local nextKey, nextAt = firstKey + tasks * 2, firstArgument + tasks * 4
        -- Places the next message, unless it is left out, and remembers that it was sent.
        local function send(isHeld)
            local where, mark, row = KEYS[nextKey], KEYS[nextKey + 1], nextAt
            nextKey, nextAt = nextKey + 2, nextAt + 5
            if not isHeld then return end
            return place(where, ARGV[row], ARGV[row + 1])
                or remember(mark, ARGV[row + 2], ARGV[row + 3], ARGV[row + 4])
        end
        for i = 1, tasks do
            local result, unique = KEYS[key], KEYS[key + 1]
            local tag, record, messages, id = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
            key, at = key + 2, at + 4
            local isHeld = redis.call('ZREM', index, tag) == 1
                or redis.call('HEXISTS', unacked, tag) == 1
            if isHeld then
                tags[#tags + 1] = tag
                ended[#ended + 1] = {result, record, unique, id}
            else
                lost[#lost + 1] = i - 1
            end
            for _ = 1, messages do
                local problem = send(isHeld)
                if problem then return keep(tags, withdraw(problem)) end
            end
        end
        for _, task in ipairs(ended) do
            local result, record = task[1], task[2]
            local problem = record ~= '' and store(result, record, lifetime)
            if problem then return keep(tags, withdraw(problem), stored) end
        end
        local problem = tellForgone(lifetime) or forget(tags)
        if problem then return keep(tags, withdraw(problem), stored) end
        for _, task in ipairs(ended) do release(task[3], task[4]) end
        return lost
        """
    )

    var keys: [String] {
        RedisKeys.held + zip(tasks, releases).flatMap { [$0.resultKey, $1.key] }
            + next.flatMap { [$0.placement.key, $0.mark.key] }
    }

    var argumentSize: Int { tasks.reduce(64) { $0 + $1.size + 512 } }

    func addArguments(to command: inout RedisCommand) {
        command.add(milliseconds: lifetime)
        command.add(tasks.count)
        for (task, release) in zip(tasks, releases) {
            command.add(task.delivery.tag)
            command.add(task.outcome)
            command.add(task.next.count)
            command.add(release.id)
        }
        for message in next {
            command.add(message.placement.due)
            command.add(message.placement.value)
            command.add(message.mark)
        }
    }

    /// The tasks that were no longer held.
    func answer(_ reply: RedisReply) -> [Delivery] { reply.lost(of: tasks.map(\.delivery)) }
}
