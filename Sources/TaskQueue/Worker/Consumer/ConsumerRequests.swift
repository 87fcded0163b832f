/// The worker's current requests to its consumer.
struct ConsumerRequests {
    /// Outcomes to write, and progress; taken out whenever the consumer comes round.
    var settlements: [WorkerState.Settlement] = []
    var progress: [ProgressReport] = []
    /// How many tasks in all may be taken.
    var granted = 0
    /// How many tasks in all have come to the worker.
    var received = 0
    /// How far the worker is by itself, when those have come.
    var solitude = Solitude.alone
    /// The queues to take tasks from.
    var queues: [QueueName]
    /// Comes back with a look at the queues that began after it was set.
    var serial = 0
    /// Whether to look at the queues although they were empty at the last look.
    var looksAgain = false
    /// Whether to end when everything is written.
    var isClosing = false
    /// Whether to end as it is.
    var isAbandoned = false

    init(queues: [QueueName]) {
        self.queues = queues
    }

    /// Forgets the requests for one round only.
    mutating func clear() {
        settlements = []
        progress = []
        looksAgain = false
    }
}
