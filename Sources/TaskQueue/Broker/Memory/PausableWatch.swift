/// Watches for tasks of those of some queues that are not paused.
final class PausableWatch: ArrivalWatch {
    /// Gives the queues that are not paused, and how to watch them.
    private let look: () throws(BrokerError) -> Look
    private var queues: [QueueName]
    private var base: any ArrivalWatch

    typealias Look = (
        queues: [QueueName], watch: () throws(BrokerError) -> any ArrivalWatch
    )

    init(_ look: @escaping () throws(BrokerError) -> Look) throws(BrokerError) {
        let found = try look()
        self.look = look
        (queues, base) = (found.queues, try found.watch())
    }

    var descriptors: [Int32] { base.descriptors }
    var notice: String? { base.notice }
    var longestWait: Duration? { base.longestWait }

    func clear() throws(BrokerError) { try base.clear() }

    func resume(upTo limit: Int) throws(BrokerError) {
        let found = try look()
        if found.queues != queues {
            try base.suspend()
            (queues, base) = (found.queues, try found.watch())
        }
        try base.resume(upTo: limit)
    }

    func suspend() throws(BrokerError) { try base.suspend() }
}
