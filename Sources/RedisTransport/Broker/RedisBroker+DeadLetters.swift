package import TaskQueue

extension RedisBroker: DeadLetterStore {
    /// Letters looked at in one script.
    private static let page = 200

    package func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter] {
        let script = LookAtLetters(
            queue: queue,
            skipped: skipped,
            limit: limit,
            includesMessages: includingMessages,
            name: nil
        )
        return try scripts.run(script).letters
    }

    package func deadLetters(
        named name: String,
        among queues: [QueueName]
    ) throws(BrokerError) -> [StoredLetter] {
        var found: [StoredLetter] = []
        for queue in try queueNames() {
            var skipped = 0
            while true {
                let script = LookAtLetters(
                    queue: queue,
                    skipped: skipped,
                    limit: Self.page,
                    includesMessages: true,
                    name: name
                )
                let page = try scripts.run(script)
                found += page.letters.filter { $0.name == name }
                skipped += Self.page
                if page.looked == 0 { break }
            }
        }
        return found
    }

    package func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        guard let content = letter.content else {
            preconditionFailure("a dead letter without its message cannot be sent again")
        }
        let envelope = RenewedEnvelope(content.envelope)
        let id = letter.id ?? TaskID("")
        let mark = sent.mark(
            of: id,
            isExpected: letter.id != nil && !envelope.ignoresResult,
            sending: content.namedSending
        )
        let renewal = RemoveLetter.Renewal(
            envelope: envelope,
            id: id,
            forgetsFailure: holdsResults,
            mark: mark,
            unique: content.unique
        )
        return try scripts.run(RemoveLetter(letter: letter, renewal: renewal))
    }

    package func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        try scripts.run(RemoveLetter(letter: letter, renewal: nil))
    }
}
