/// What makes a task a worker's own, and what the contract does to that from outside.
package enum TaskHold: Sendable {
    /// A lease, which the worker renews.
    case leases(LeaseControl)
    /// The connection over which the task came.
    case connections(ConnectionControl)
}
