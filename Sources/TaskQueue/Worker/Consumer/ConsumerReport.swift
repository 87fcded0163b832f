/// A report of the consumer to the worker.
enum ConsumerReport: Sendable {
    /// Connected, for the first time or again after ``failed(_:retryIn:)``.
    case opened
    case taken([Delivery])
    /// This many settlements were written, or turned out to be of tasks that were no longer held.
    case settled(Int)
    /// It has looked at the queues.
    case looked(QueueLook)
    case failed(BrokerError, retryIn: Duration)
    /// The broker has taken back the tasks of these tags: the connection was the hold on them.
    case takenBack(Set<String>)
    /// Everything is written, and the consumer has ended.
    case closed
}
