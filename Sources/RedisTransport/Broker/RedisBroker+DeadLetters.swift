package import TaskQueue

extension RedisBroker {
    /// Letters looked at in one script.
    private static let page = 200

    package func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter] {
        try letters(
            of: queue,
            [String(skipped), String(limit), includingMessages ? "1" : "", "", ""]
        ).letters
    }

    package func deadLetters(named name: String) throws(BrokerError) -> [StoredLetter] {
        let text = JSONText(string: name).text
        var found: [StoredLetter] = []
        for queue in try queueNames() {
            var skipped = 0
            while true {
                let page = try letters(
                    of: queue,
                    [
                        String(skipped), String(Self.page), "1", "{\"tag\":\(text),",
                        ",\"id\":\(text),",
                    ]
                )
                found += page.letters.filter { $0.name == name }
                skipped += Self.page
                if page.looked == 0 { break }
            }
        }
        return found
    }

    package func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        guard case .envelope(let original) = letter.content else {
            preconditionFailure("a dead letter without its message cannot be sent again")
        }
        let envelope = RenewedEnvelope(original)
        let id = letter.id ?? TaskID("")
        let mark = sent.mark(
            of: id,
            isExpected: letter.id != nil && !envelope.ignoresResult,
            sending: letter.content?.namedSending
        )
        let unique = Delivery.Content.envelope(original).unique
        let hold = [
            unique?.id.text ?? "", unique.map { Self.longestHold($0.hold) } ?? "1", id.text,
        ]
        let arguments =
            [envelope.bytes, holdsResults ? [UInt8(ascii: "1")] : []] + mark.arguments
            + hold.map { Array($0.utf8) }
        let list = RedisKeys.list(letter.queue, step: envelope.step)
        let key = RedisKeys.unique(unique?.hold.key ?? "")
        return try remove(
            letter,
            [list, RedisKeys.result(id), mark.key, key, RedisKeys.revoked],
            arguments
        )
    }

    package func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        try remove(letter, [], [])
    }

    private func remove(
        _ letter: StoredLetter,
        _ keys: [String],
        _ arguments: [[UInt8]]
    ) throws(BrokerError) -> Bool {
        let score = letter.diedAt.microseconds / 1_000_000
        let start = "{\"tag\":\(JSONText(string: letter.key).text),"
        let reply = try scripts.run(
            RedisScripts.removeLetter,
            keys: [RedisKeys.dead(letter.queue)] + keys,
            arguments: [Array("\(score)".utf8), Array(start.utf8)] + arguments
        )
        return reply.integer == 1
    }

    private func letters(
        of queue: QueueName,
        _ arguments: [String]
    ) throws(BrokerError) -> (looked: Int, letters: [StoredLetter]) {
        let reply = try scripts.run(
            RedisScripts.letters,
            keys: [RedisKeys.dead(queue)],
            arguments: arguments.map { Array($0.utf8) }
        ).elements
        var letters: [StoredLetter] = []
        for index in stride(from: 1, to: reply.count - 1, by: 2) {
            guard let json = reply[index].bytes, let score = reply[index + 1].text else { continue }
            let diedAt = Timestamp(secondsSinceEpoch: Double(score) ?? 0)
            if let letter = DeadLetterRecord.decode(json, queue: queue, diedAt: diedAt) {
                letters.append(letter)
            }
        }
        return (reply.first?.count ?? 0, letters)
    }
}
