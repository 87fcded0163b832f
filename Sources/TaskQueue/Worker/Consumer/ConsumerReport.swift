/// What the consumer tells the worker.
enum ConsumerReport: Sendable {
    /// Connected, for the first time or again after ``failed(_:retryIn:)``.
    case opened
    case taken([Delivery])
    /// So many settlements were written, or found to be of tasks that were not held any more.
    case settled(Int)
    /// The queues were looked at.
    case looked(QueueLook)
    case failed(BrokerError, retryIn: Duration)
    /// The broker has taken back what these tags were of: the connection was the hold on it.
    case takenBack(Set<String>)
    /// All is written, and the consumer has ended.
    case closed
}
