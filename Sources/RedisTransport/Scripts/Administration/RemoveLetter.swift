internal import TaskQueue

/// Forgets a dead letter, and perhaps puts its message on its list again.
struct RemoveLetter: RedisScript {
    /// The message to send again.
    struct Renewal {
        let envelope: RenewedEnvelope
        let id: TaskID
        /// Whether to forget its failure.
        let forgetsFailure: Bool
        /// The marks that remember it as sent.
        let mark: SentMark
        /// The key that it holds if no other task does, and the id of its task; `nil`: it has none.
        let unique: (id: TaskID, hold: UniqueHold)?
    }

    let letter: StoredLetter
    /// `nil`: it is not sent again.
    let renewal: Renewal?

    static let text = ScriptText(
        keys: ["dead", "list", "result", "mark", "key", "revoked"],
        arguments: [
            "score", "start", "envelope", "forgets", "markValue", "markField", "markLifetime",
            "holder", "longest", "id",
        ],
        uses: [.remember],
        """
        -- The message comes last: without it all else is undone.
        local function send()
            local problem = remember(mark, markValue, markField, markLifetime)
            if problem then return problem end
            local isHeld = holder ~= '' and redis.call('SET', key, holder, 'NX', 'PX', longest)
            problem = refusal(redis.pcall('LPUSH', list, envelope), 'LPUSH', list)
            if problem and isHeld then redis.pcall('DEL', key) end
            return problem
        end
        local function forgetFailure()
            local record = redis.pcall('GETRANGE', result, 0, 40)
            if type(record) == 'string' and string.match(record, '^{"status": ?"FAILURE"') then
                redis.pcall('DEL', result)
            end
        end
        -- Whether it may be removed is seen before it is sent.
        redis.call('ZREM', dead, 'tq:none')
        local looked = 0
        while true do
            local page = redis.call('ZRANGEBYSCORE', dead, score, score, 'LIMIT', looked, 100)
            if #page == 0 then return 0 end
            looked = looked + #page
            for _, letter in ipairs(page) do
                if string.sub(letter, 1, #start) == start then
                    local problem = list and send()
                    if problem then return problem end
                    redis.call('ZREM', dead, letter)
                    if list then redis.pcall('ZREM', revoked, id) end
                    if list and forgets == '1' then forgetFailure() end
                    return 1
                end
            end
        end
        """
    )

    var keys: [String] {
        let dead = [RedisKeys.dead(letter.queue)]
        guard let renewal else { return dead }
        return dead + [
            RedisKeys.list(letter.queue, step: renewal.envelope.step), RedisKeys.result(renewal.id),
            renewal.mark.key, RedisKeys.unique(renewal.unique?.hold.key ?? ""), RedisKeys.revoked,
        ]
    }

    var argumentSize: Int { (renewal?.envelope.bytes.count ?? 0) + 512 }

    func addArguments(to command: inout RedisCommand) {
        command.add(letter.diedAt.microseconds / 1_000_000)
        command.add(DeadLetterRecord.start(letter.key))
        guard let renewal else { return }
        command.add(renewal.envelope.bytes)
        command.add(renewal.forgetsFailure)
        command.add(renewal.mark)
        command.add(renewal.unique?.id.text)
        command.addLongestHold(renewal.unique?.hold)
        command.add(renewal.id.text)
    }

    /// Whether it was still there.
    func answer(_ reply: RedisReply) -> Bool { reply.integer == 1 }
}
