/// Shows queues, workers and the tasks in their hands.
package protocol QueueInspection: AnyObject {
    /// Whether ``queueNames()`` names all; else those alone of which something is remembered.
    var listsAllQueues: Bool { get }

    /// The queues that exist, by name: they hold waiting, delayed, running or dead tasks, a worker serves
    /// them, Celery has declared them, or they are paused.
    func queueNames() throws(BrokerError) -> [QueueName]

    /// The state of queues, in the order of the names; one that does not exist is empty.
    func summaries(of queues: [QueueName]) throws(BrokerError) -> [QueueSummary]

    /// The workers that have a lease, in the order of their ids.
    func workers() throws(BrokerError) -> [WorkerSummary]

    /// Whether somebody takes tasks from a queue, or from any (`nil`); true also where that cannot be seen, as with
    /// Celery's workers.
    func isServed(_ queue: QueueName?) throws(BrokerError) -> Bool

    /// The tasks in workers' hands, those taken first in front.
    func runningTasks() throws(BrokerError) -> [RunningTask]
}

extension QueueInspection {
    package var listsAllQueues: Bool { true }

    /// Whether one of tq's workers does.
    package func isServed(_ queue: QueueName?) throws(BrokerError) -> Bool {
        let now = Timestamp.now()
        return try workers().contains { worker in
            guard worker.leaseEndsAt > now else { return false }
            return queue.map { worker.queues.isEmpty || worker.queues.contains($0) } ?? true
        }
    }
}
