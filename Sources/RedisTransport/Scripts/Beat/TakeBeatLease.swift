internal import TaskQueue

/// Takes the right to send the firings of a group of entries, or extends it.
struct TakeBeatLease: RedisScript {
    let lease: BeatLease

    static let text = ScriptText(
        keys: ["lease"],
        arguments: ["who", "length"],
        """
        local holder = redis.call('GET', lease)
        if not holder or holder == who then
            redis.call('SET', lease, who, 'PX', length)
            return {who, tonumber(length)}
        end
        return {holder, redis.call('PTTL', lease)}
        """
    )

    var keys: [String] { [RedisKeys.beatLease(lease.group)] }

    func addArguments(to command: inout RedisCommand) {
        command.add(lease.holder)
        command.add(milliseconds: BeatLease.length)
    }

    /// The holder, and for how many ms.
    func answer(_ reply: RedisReply) -> BeatLead {
        let holder = reply.elements.first?.text ?? ""
        guard holder != lease.holder else { return .held }
        return .heldByOther(holder, remaining: .milliseconds(reply.elements.last?.count ?? 0))
    }
}

/// Gives it back, if it is held.
struct ReleaseBeatLease: RedisScript {
    typealias Answer = Void

    let lease: BeatLease

    static let text = ScriptText(
        keys: ["lease"],
        arguments: ["who"],
        """
        if redis.call('GET', lease) == who then redis.call('DEL', lease) end
        return 1
        """
    )

    var keys: [String] { [RedisKeys.beatLease(lease.group)] }

    func addArguments(to command: inout RedisCommand) { command.add(lease.holder) }
}
