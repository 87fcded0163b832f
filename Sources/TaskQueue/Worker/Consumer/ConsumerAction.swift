/// What a consumer is to do next, as ``ConsumerState`` decides.
enum ConsumerAction {
    /// Make a connection; `isFirst`: none was there before, else what the worker holds goes on.
    case connect([QueueName], isFirst: Bool)
    /// Give a sign of life over the connection, and look for the broker's.
    case tend
    /// Wait for the tasks of these queues instead of others.
    case watch([QueueName])
    /// Write these outcomes; what cannot be written comes back with ``ConsumerState/settled(leaving:at:)``.
    case settle(Settlements)
    /// Write how far tasks have come.
    case report([ProgressReport])
    /// Ask for so many tasks.
    case receive(upTo: Int, in: Solitude)
    /// Leave tasks that arrive to others.
    case suspend
    /// Be told of tasks that arrive, of which so many are wanted.
    case resume(upTo: Int)
    /// Tell the worker that it can count on the broker.
    case tellOpened
    /// Wait for requests, for arrivals and for the connection, until this time at most; `nil`: as long as
    /// it takes.
    case wait(until: ContinuousClock.Instant?)
    /// It is over.
    case end
}
