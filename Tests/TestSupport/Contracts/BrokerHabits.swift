import TaskQueue

/// What each broker does in its own way, and the clauses go by.
package struct BrokerHabits: Sendable {
    /// Four priorities, the most urgent first.
    package var priorities = [0, 3, 6, 9]
    /// Whether it tells when the next delayed task falls due; else it wakes those that wait when one does.
    package var tellsNextDue = true

    /// Those of SQLite and Redis.
    package init() {}

    /// What ``Broker/nextDue`` is when a task falls due then.
    func nextDue(_ time: Timestamp?) -> Timestamp? { tellsNextDue ? time : nil }
}
