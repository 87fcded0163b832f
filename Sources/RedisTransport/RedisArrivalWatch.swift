internal import TaskQueue

/// Waits for tasks on every list of the queues: a `BLMOVE` from each list's end to the same end, which
/// waits as a pop does and leaves the list as it is.
///
/// A command has one list, so each list has a connection. Where the queue is paused, it waits for that to
/// end instead: else what is on the list would wake it again and again.
final class RedisArrivalWatch: ArrivalWatch {
    private let lists: [ListWatch]
    private let pauses: PausedQueues

    init(
        _ address: RedisAddress,
        queues: [QueueName],
        pauses: PausedQueues,
        timeout: Duration
    ) throws(BrokerError) {
        self.pauses = pauses
        var lists: [ListWatch] = []
        for queue in queues {
            for step in RedisKeys.prioritySteps {
                let connection = try RedisConnection(address, timeout: timeout)
                lists.append(ListWatch(connection, queue, step: step))
            }
        }
        self.lists = lists
    }

    var descriptors: [Int32] { lists.map(\.descriptor) }

    /// Nobody tells of a delayed task that falls due before those that are known: it is looked for.
    var longestWait: Duration? { .seconds(1) }

    func clear() throws(BrokerError) {
        for list in lists { try list.clear() }
    }

    func arm() throws(BrokerError) {
        for list in lists { try list.arm(isPaused: pauses.names.contains(list.queue)) }
    }
}
