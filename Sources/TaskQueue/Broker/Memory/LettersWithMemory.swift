/// The dead letters of a broker; one that is sent again is revoked no more, and holds its key again.
final class LettersWithMemory: DeadLetterStore {
    private let base: any DeadLetterStore
    private let memory: FleetMemory

    init(_ base: any DeadLetterStore, _ memory: FleetMemory) {
        (self.base, self.memory) = (base, memory)
    }

    func count(deadOf queue: QueueName) throws(BrokerError) -> Int {
        try base.count(deadOf: queue)
    }

    func deadLetters(
        of queue: QueueName,
        skipping skipped: Int,
        upTo limit: Int,
        includingMessages: Bool
    ) throws(BrokerError) -> [StoredLetter] {
        try base.deadLetters(
            of: queue,
            skipping: skipped,
            upTo: limit,
            includingMessages: includingMessages
        )
    }

    func deadLetters(
        named name: String,
        among queues: [QueueName]
    ) throws(BrokerError) -> [StoredLetter] {
        try base.deadLetters(named: name, among: queues)
    }

    func retry(_ letter: StoredLetter) throws(BrokerError) -> Bool {
        if let id = letter.id { try memory.remove(memory.revocation(of: id)) }
        guard try base.retry(letter) else { return false }
        // It is sent, whatever becomes of this.
        if let content = letter.content { try? memory.giveBack([content]) }
        return true
    }

    func drop(_ letter: StoredLetter) throws(BrokerError) -> Bool { try base.drop(letter) }
}
