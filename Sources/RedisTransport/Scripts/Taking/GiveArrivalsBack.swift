internal import TaskQueue

/// Puts back what has arrived at a queue's lookout and was not taken.
struct GiveArrivalsBack: RedisScript {
    typealias Answer = Void

    let queue: QueueName

    static let text = ScriptText(
        uses: [.giveBack],
        """
        local _, problem = giveBack(KEYS)
        return problem or 0
        """
    )

    var keys: [String] { RedisKeys.lists(queue) }
}
