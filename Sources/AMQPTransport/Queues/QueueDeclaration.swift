package import TaskQueue

/// How a queue is declared that is not there yet.
package struct QueueDeclaration: Equatable, Sendable {
    /// Of its messages; `nil`: it knows no priorities.
    package var maxPriority: Int?
    /// Whether it is kept by several nodes.
    package var isQuorum = false
    /// Which of them has an exchange of another type than `direct`.
    package var defaultQueue = QueueName.celery
    /// Of what type that is: `direct`, `topic` or `fanout`.
    package var defaultExchangeType = "direct"

    package init(maxPriority: Int? = nil, isQuorum: Bool = false) {
        (self.maxPriority, self.isQuorum) = (maxPriority, isQuorum)
    }

    func exchangeType(of queue: QueueName) -> String {
        queue == defaultQueue ? defaultExchangeType : "direct"
    }
}
