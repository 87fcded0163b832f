/// The next thing for a consumer to do, as ``ConsumerState`` decides.
enum ConsumerAction {
    /// Make a connection; `isFirst`: there was none before; otherwise the worker's tasks go on.
    case connect([QueueName], isFirst: Bool)
    /// Give a sign of life over the connection, and look for the broker's.
    case tend
    /// Wait for the tasks of these queues instead of others.
    case watch([QueueName])
    /// Write these outcomes; what cannot be written comes back with ``ConsumerState/settled(leaving:at:)``.
    case settle(Settlements)
    /// Write the progress of tasks.
    case report([ProgressReport])
    /// Ask for this many tasks.
    case receive(upTo: Int, in: Solitude)
    /// Leave tasks that arrive to others.
    case suspend
    /// Be notified of arriving tasks, of which this many are wanted.
    case resume(upTo: Int)
    /// Tell the worker that it can count on the broker.
    case tellOpened
    /// Wait for requests, for arrivals and for the connection, until this time at most; `nil`: as long as
    /// it takes.
    case wait(until: Instant?)
    /// It is over.
    case end
}
