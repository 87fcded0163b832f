/// What the worker wants of its consumer, as it stands.
struct ConsumerRequests {
    /// Outcomes to be written, and progress; taken out whenever the consumer comes round.
    var settlements: [WorkerState.Settlement] = []
    var progress: [ProgressReport] = []
    /// So many tasks in all may be taken.
    var granted = 0
    /// So many tasks in all have come to the worker.
    var received = 0
    /// How far the worker is by itself, when those have come.
    var solitude = Solitude.alone
    /// From which tasks are taken.
    var queues: [QueueName]
    /// Comes back with a look at the queues that began after it was set.
    var serial = 0
    /// Whether to look at the queues although they were empty at the last look.
    var looksAgain = false
    /// Whether to end when all is written.
    var isClosing = false
    /// Whether to end as it is.
    var isAbandoned = false

    init(queues: [QueueName]) {
        self.queues = queues
    }

    /// Forgets what asks for one round only.
    mutating func clear() {
        settlements = []
        progress = []
        looksAgain = false
    }
}
