internal import TaskQueue

/// A task that is moved to another queue.
struct MovedTask {
    /// The task in its list or set.
    let member: [UInt8]
    /// The task in the other one.
    let other: [UInt8]
    /// Its score in a sorted set; `nil` in a list.
    var score: [UInt8]?

    var size: Int { member.count + other.count + 64 }
}

/// Moves tasks from the end of a list to the beginning of another, as far as they are still there.
struct MoveWaiting: RedisScript {
    let source: String
    let target: String
    /// The next in line first.
    let tasks: [MovedTask]

    static let text = ScriptText(
        keys: ["source", "target"],
        """
        local moved = 0
        -- Whether it may be taken off is seen before it is put elsewhere.
        redis.call('LTRIM', source, 0, -1)
        for at = 1, #ARGV, 2 do
            if redis.call('LINDEX', source, -1) == ARGV[at] then
                redis.call('LPUSH', target, ARGV[at + 1])
                redis.call('LTRIM', source, 0, -2)
                moved = moved + 1
            end
        end
        return moved
        """
    )

    var keys: [String] { [source, target] }

    var argumentSize: Int { tasks.reduce(64) { $0 + $1.size } }

    func addArguments(to command: inout RedisCommand) {
        for task in tasks {
            command.add(task.member)
            command.add(task.other)
        }
    }

    /// How many were moved.
    func answer(_ reply: RedisReply) -> Int { reply.count }
}

/// Moves tasks from a delayed set to another, as far as they are still there.
struct MoveDelayed: RedisScript {
    let source: String
    let target: String
    let tasks: [MovedTask]

    static let text = ScriptText(
        keys: ["source", "target"],
        hasRows: true,
        uses: [.delay, .moveMembers],
        """
        return moveMembers(function(due, member) return delay(target, due, member) end)
        """
    )

    var keys: [String] { [source, target] }

    var argumentSize: Int { tasks.reduce(64) { $0 + $1.size } }

    func addArguments(to command: inout RedisCommand) { command.add(tasks) }

    /// How many were moved.
    func answer(_ reply: RedisReply) -> Int { reply.count }
}

/// Moves tasks under suspicion from one queue to another, as far as they are still there.
struct MoveSuspects: RedisScript {
    let source: String
    let target: QueueName
    let tasks: [MovedTask]

    static let text = ScriptText(
        keys: ["source"],
        arguments: ["queue"],
        hasRows: true,
        uses: [.suspect, .moveMembers],
        """
        return moveMembers(function(score, member) return suspect(queue, score, member) end)
        """
    )

    var keys: [String] { [source] }

    var argumentSize: Int { tasks.reduce(64) { $0 + $1.size } }

    func addArguments(to command: inout RedisCommand) {
        command.add(target.text)
        command.add(tasks)
    }

    /// How many were moved.
    func answer(_ reply: RedisReply) -> Int { reply.count }
}

extension RedisCommand {
    /// What ``ScriptPart/moveMembers`` moves.
    fileprivate mutating func add(_ tasks: [MovedTask]) {
        for task in tasks {
            add(task.member)
            add(task.other)
            add(task.score ?? [])
        }
    }
}
