internal import TaskQueue

/// Sends a message unless another task holds its key.
///
/// If the message was sent, or may have been, the outcome is remembered for callers that try again: then a first
/// request that comes later than the second does nothing.
struct SendUnlessHeld: RedisScript {
    /// How long a key is held if nothing frees it and the task can begin at once.
    static let longestHold: Duration = .seconds(30 * 86_400)

    let message: OutgoingMessage
    let unique: UniqueHold
    let placement: Placement
    /// The marks that remember the id.
    let mark: SentMark
    /// The hash of sendings, and the field of this one.
    let sending: (key: String, field: String)
    /// Whether it may have been sent before.
    let isRepeated: Bool

    static let text = ScriptText(
        keys: ["key", "sendings", "place", "mark"],
        arguments: [
            "id", "sending", "isRepeated", "longest", "due", "value", "markValue", "markField",
            "markLifetime", "lifetime", "expires",
        ],
        uses: [.remember, .misfit, .delay, .hold],
        """
        local known = redis.pcall('HGET', sendings, sending)
        if known then return refusal(known, 'HGET', sendings) or known end
        local function answer(text)
            local problem = refusal(redis.pcall('HSET', sendings, sending, text), 'HSET', sendings)
            redis.pcall('EXPIRE', sendings, lifetime)
            return problem
        end
        local holder = redis.pcall('GET', key)
        local problem = refusal(holder, 'GET', key)
        if problem then return problem end
        holder = holder and holderOf(holder)
        if holder then return isRepeated == '1' and answer(holder) or holder end
        problem = misfit(place, due == '' and 'list' or 'zset')
        if problem then return problem end
        problem = remember(mark, markValue, markField, markLifetime)
        if problem then return problem end
        problem = hold(key, id, expires, longest) or answer('')
        -- The message comes last: without it all else is undone.
        if not problem then
            if due == '' then
                problem = refusal(redis.pcall('LPUSH', place, value), 'LPUSH', place)
            else
                problem = delay(place, due, value)
            end
        end
        if not problem then return '' end
        redis.pcall('DEL', key)
        redis.pcall('HDEL', sendings, sending)
        return problem
        """
    )

    var keys: [String] {
        [RedisKeys.unique(unique.key), sending.key, placement.key, mark.key]
    }

    var argumentSize: Int { placement.value.count + 512 }

    func addArguments(to command: inout RedisCommand) {
        command.add(message.id.text)
        command.add(sending.field)
        command.add(isRepeated)
        command.addLongestHold(unique, eta: message.eta)
        command.add(placement.due)
        command.add(placement.value)
        command.add(mark)
        command.add(SentRecorder.sendingLifetime)
        command.addExpiry(of: message)
    }

    /// The task that holds the key; `nil`: the message was sent.
    func answer(_ reply: RedisReply) -> TaskID? {
        reply.text.flatMap { $0.isEmpty ? nil : TaskID($0) }
    }
}

extension RedisCommand {
    /// How long a key is held if nothing frees it, in milliseconds; empty: there is no key.
    ///
    /// - Parameters:
    ///   - unique: the key; `nil`: there is none.
    ///   - eta: when the task can begin; `nil`: at once.
    mutating func addLongestHold(_ unique: UniqueHold?, eta: Timestamp? = nil) {
        guard let unique else { return add("") }
        let wait = eta.map { max($0 - .now(), .zero) } ?? .zero
        let longest = unique.lifetime ?? SendUnlessHeld.longestHold + wait
        add(milliseconds: max(longest, .milliseconds(1)))
    }

    /// When a task with a key expires, in milliseconds since 1970; empty: it does not, or has no key.
    mutating func addExpiry(of message: OutgoingMessage) {
        let expires = message.unique == nil ? nil : message.expires
        add(expires.map { String($0.microseconds / 1000) })
    }
}
