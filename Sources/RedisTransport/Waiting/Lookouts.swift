internal import TaskQueue

/// The queues at which the worker waits for tasks to arrive, for all workers that would: see
/// ``TakeTasks``.
///
/// The connection that takes tasks tells those that wait beside it, on the same thread.
final class Lookouts {
    var queues: Set<QueueName> = []
}
