internal import TaskQueue

/// Dead letters of a queue, a page at a time, the oldest first.
struct LookAtLetters: RedisScript {
    let queue: QueueName
    let skipped: Int
    /// How many to look at.
    let limit: Int
    let includesMessages: Bool
    /// The tag or id of the wanted letters; `nil`: all.
    let name: String?

    static let text = ScriptText(
        keys: ["dead"],
        arguments: ["skipped", "limit", "includesMessages", "start", "part"],
        """
        local last = skipped + limit - 1
        local page = redis.call('ZRANGE', dead, skipped, last, 'WITHSCORES')
        local out = {#page / 2}
        for i = 1, #page, 2 do
            local letter = page[i]
            local head = string.sub(letter, 1, 2000)
            local fits = start == '' or string.sub(head, 1, #start) == start
                or string.find(head, part, 1, true)
            if fits then
                local message = includesMessages ~= '1' and string.find(letter, ',"message":"', 1, true)
                if message then letter = string.sub(letter, 1, message - 1) .. '}' end
                out[#out + 1] = letter
                out[#out + 1] = page[i + 1]
            end
        end
        return out
        """
    )

    var keys: [String] { [RedisKeys.dead(queue)] }

    func addArguments(to command: inout RedisCommand) {
        command.add(skipped)
        command.add(limit)
        command.add(includesMessages)
        // What letters begin with, or have in their first part.
        command.add(name.map(DeadLetterRecord.start))
        command.add(name.map { ",\"id\":\(JSONText(string: $0).text)," })
    }

    /// How many were looked at, and for each that fits: the letter and its score.
    func answer(_ reply: RedisReply) -> (looked: Int, letters: [StoredLetter]) {
        let parts = reply.elements
        let letters = stride(from: 1, to: parts.count - 1, by: 2).compactMap { index in
            guard let json = parts[index].bytes, let score = parts[index + 1].text else {
                return nil as StoredLetter?
            }
            let diedAt = Timestamp(secondsSinceEpoch: Double(score) ?? 0)
            return DeadLetterRecord.decode(json, queue: queue, diedAt: diedAt)
        }
        return (parts.first?.count ?? 0, letters)
    }
}
