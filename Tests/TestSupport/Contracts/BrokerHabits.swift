import TaskQueue

/// What each broker does in its own way, and the clauses go by.
package struct BrokerHabits: Sendable {
    /// Four priorities, the most urgent first.
    package var priorities = [0, 3, 6, 9]
    /// Whether it tells when the next delayed task falls due; else it wakes those that wait when one does.
    package var tellsNextDue = true

    /// How late a delayed task may come; those of one instant come in the order of sending if that is nothing.
    package var delayResolution: Duration = .zero
    /// Whether one task at a time comes from each queue in turn; else no queue has to wait for ever.
    package var servesQueuesInTurn = true
    /// Whether headers and properties come back to the byte; else as far as the broker has types for them.
    package var keepsHeadersToTheByte = true
    /// Whether a broker whose connection is the hold on a task finishes it and sends what comes next in one step: all
    /// of it or none.
    package var finishesInOneStep = false

    /// Whether a revocation ends with the run of its task; else it holds for the id until that is sent again by name.
    package var forgetsRevocations = true

    /// Those of SQLite and Redis.
    package init() {}

    /// What ``Broker/nextDue`` is when a task falls due then.
    func nextDue(_ time: Timestamp?) -> Timestamp? { tellsNextDue ? time : nil }

    /// When a task that falls due then has come.
    func latest(_ due: Timestamp) -> Timestamp { due + delayResolution + .milliseconds(20) }
}
