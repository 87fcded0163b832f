/// Keeps tasks until they are done: the seam between tq and SQLite, Redis, RabbitMQ.
///
/// What each implementation promises, and the contract in the tests holds it to:
///
/// - A task is in exactly one place: waiting in a queue, delayed, in one worker's hands, among the dead
///   letters, or finished. Each call below moves it in one atomic step.
/// - A batch is the unit: one task is a batch of one.
/// - Calls block, for as long as one round trip takes; a connection belongs to one thread.
/// - Within a queue, tasks of the same priority are served in the order in which they were sent; the most
///   urgent first, which is 0 in SQLite and Redis, and 9 in AMQP. Priority is stronger than the order of
///   the queues.
/// - A broker without a ``LeaseKeeper`` may finish in two steps: it sends what comes next, and then
///   acknowledges. If the connection is lost in between, both the task and what comes next are there.
///
/// Abilities that only some brokers have are protocols of their own: see ``BrokerCapabilities``.
package protocol Broker: BrokerCapabilities {
    /// The name that people use for brokers of this kind, for a sentence that says what they cannot: `Redis`.
    var kind: String { get }

    /// Whether ``finish(_:)`` stores results too, in the same step; if not, they go to a
    /// ``ResultBackend`` first.
    var holdsResults: Bool { get }

    /// Puts tasks on their queues, or into the delayed set if their ``OutgoingMessage/eta`` is ahead.
    ///
    /// On return all of them are stored. After an error none, some or all may be.
    func send(_ messages: [OutgoingMessage]) throws(BrokerError)

    /// Takes up to `limit` tasks and keeps them in this worker's hands until they are finished,
    /// requeued or set aside. Delayed tasks that have fallen due are put on their queues first.
    ///
    /// Nothing is taken from a paused queue, and no delayed task is woken there (``QueuePausing``); revoked tasks
    /// come marked, until they are finished (``TaskRevoking``).
    ///
    /// A task that a worker died with is under suspicion, and comes alone, to a worker that is by itself: see
    /// ``Solitude``. It is in front of the others of its queue and priority, the one with more losses behind.
    ///
    /// - Parameters:
    ///   - queues: a queue that delivered goes to the end for the next call.
    ///   - limit: how many at most.
    ///   - solitude: how far the worker is by itself.
    /// - Returns: an empty array if nothing waits; it does not wait itself: see ``ArrivalWatch``.
    /// - Throws: ``BrokerError``; if the answer was lost, tasks may have been taken all the same.
    func receive(
        from queues: [QueueName],
        upTo limit: Int,
        in solitude: Solitude
    ) throws(BrokerError) -> [Delivery]

    /// Whether the last ``receive(from:upTo:in:)`` left tasks that are under suspicion.
    var suspectsLeft: SuspectsLeft { get }

    /// The broker's clock, by which it decides what is due; the machine's own where that is the same.
    var now: Timestamp { get }

    /// When the next delayed task of those queues falls due, as seen by the last ``receive(from:upTo:in:)`` that
    /// found less than it asked for; `nil`: no task is known.
    var nextDue: Timestamp? { get }

    /// Why the last ``receive(from:upTo:in:)`` failed for some of its queues, while it served the others;
    /// `nil`: it did not.
    var complaint: BrokerError? { get }

    /// Ends tasks: stores their results, tells those who wait for them, sends what comes next as
    /// ``send(_:)`` does, and removes the messages; each task in one atomic step.
    ///
    /// - Returns: the deliveries that were not this worker's any more; nothing was written for them.
    func finish(_ tasks: [FinishedTask]) throws(BrokerError) -> [Delivery]

    /// Stores the records of tasks that still run, and announces them.
    ///
    /// One that has a final record keeps it. Only where the broker ``holdsResults``; else they go to a
    /// ``ResultBackend``. Where a connection is the hold on what was delivered over it, those of tasks that
    /// came over an earlier one are stored too, final ones among them: nothing else can be written for them.
    ///
    /// - Returns: the deliveries that were not this worker's any more; nothing was written for them.
    func report(_ reports: [ProgressReport]) throws(BrokerError) -> [Delivery]

    /// Puts tasks back: to the front of their queue, or into the delayed set.
    ///
    /// - Returns: the deliveries that were not this worker's any more; nothing was written for them.
    func requeue(_ tasks: [RequeuedTask]) throws(BrokerError) -> [Delivery]

    /// Puts messages among the dead letters, with the reason and their original bytes, and stores the
    /// failure for those whose id can be read.
    ///
    /// - Returns: the deliveries that were not this worker's any more; nothing was written for them.
    func deadLetter(_ letters: [DeadLetter]) throws(BrokerError) -> [Delivery]

    /// Of deliveries of ids that their senders named, the tags of those of which a later one was sent: see
    /// ``NamedSending``. Only asked where results are elsewhere; else nothing is stored for them.
    func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String>

    /// A way to wait for tasks on these queues without asking again and again.
    func watchArrivals(on queues: [QueueName]) throws(BrokerError) -> any ArrivalWatch
}

extension Broker {
    package var kind: String { "this broker" }

    package func outdated(_ deliveries: [Delivery]) throws(BrokerError) -> Set<String> { [] }

    package var now: Timestamp { .now() }
    package var complaint: BrokerError? { nil }

    /// Takes as a worker does that holds nothing.
    package func receive(
        from queues: [QueueName],
        upTo limit: Int
    ) throws(BrokerError) -> [Delivery] {
        try receive(from: queues, upTo: limit, in: .alone)
    }
}
