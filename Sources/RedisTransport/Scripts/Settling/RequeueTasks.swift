internal import TaskQueue

/// Puts tasks back on their queues, before all others, or into the delayed set.
///
/// After an error all are held as before.
struct RequeueTasks: RedisScript {
    let tasks: [RequeuedTask]

    static let text = ScriptText(
        keys: ["unacked", "index"],
        hasRows: true,
        uses: [.placing, .keep, .suspect],
        """
        redis.call('HDEL', unacked, '')
        local lost, tags, at = {}, {}, firstArgument
        for k = firstKey, #KEYS, 2 do
            local list, delayed = KEYS[k], KEYS[k + 1]
            local tag, due, score, queue, value = unpack(ARGV, at, at + 4)
            at = at + 5
            if redis.call('HEXISTS', unacked, tag) == 1 then
                redis.call('ZREM', index, tag)
                tags[#tags + 1] = tag
                local problem
                if due ~= '' then problem = place(delayed, due, value)
                elseif score == '' then problem = placeFirst(list, value)
                else
                    local set = '\(KeyMadeByScript.suspects)' .. queue
                    problem = note(set, suspect(queue, score, value), nil, nil, value)
                end
                if problem then return keep(tags, withdraw(problem)) end
            else
                lost[#lost + 1] = (k - firstKey) / 2
            end
        end
        local problem = forget(tags)
        if problem then return keep(tags, withdraw(problem)) end
        return lost
        """
    )

    var keys: [String] {
        RedisKeys.held
            + tasks.flatMap { task in
                let step = RedisKeys.step(ofPriority: task.priority)
                let queue = task.delivery.queue
                return [RedisKeys.list(queue, step: step), RedisKeys.delayed(queue)]
            }
    }

    var argumentSize: Int { tasks.reduce(64) { $0 + $1.delivery.content.size + 256 } }

    func addArguments(to command: inout RedisCommand) {
        for task in tasks {
            let place = Place(task)
            command.add(task.delivery.tag)
            command.add(place.due)
            command.add(place.score)
            command.add(task.delivery.queue.text)
            command.add(place.value)
        }
    }

    /// The tasks that were no longer held.
    func answer(_ reply: RedisReply) -> [Delivery] { reply.lost(of: tasks.map(\.delivery)) }
}

extension RequeueTasks {
    /// Where a task is put back, and what.
    private struct Place {
        /// In seconds; empty: at once.
        var due = ""
        /// Its score among those under suspicion; empty: it is not under suspicion, or has a due time.
        var score = ""
        var value: [UInt8]

        init(_ task: RequeuedTask) {
            let original = task.delivery.content.envelope
            let step = RedisKeys.step(ofPriority: task.priority)
            let losses = task.delivery.losses
            let envelope = task.isRedelivered ? Redelivery.envelope(original) : original
            value = envelope
            if let eta = task.eta {
                due = "\(eta.secondsSinceEpoch)"
                value = DelayedMember(step: step, losses: losses).bytes(envelope)
            } else if losses > 0 {
                // Before all others of its kind.
                score = SuspectMember.score(step: step, losses: losses, milliseconds: 0)
                value = SuspectMember.prefix(step: step, losses: losses) + envelope
            }
        }
    }
}
