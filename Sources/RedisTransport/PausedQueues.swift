internal import TaskQueue

/// The paused ones among the queues that a worker serves, as its last taking saw them.
///
/// A connection tells those who wait beside it, on the same thread.
final class PausedQueues {
    var names: Set<QueueName> = []
}
