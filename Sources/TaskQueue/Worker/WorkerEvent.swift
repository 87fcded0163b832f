/// What a worker tells of itself, for its log.
package enum WorkerEvent: Sendable {
    /// It is connected, and takes tasks: at its start, and when it has read its configuration again.
    case ready
    case reloading
    /// It runs so many tasks at once from now on.
    case resized(slots: Int)
    case started(TaskMessage, QueueName)
    case ended(TaskMessage, QueueName, TaskOutcome, Duration, TaskFate)
    case remark(TaskMessage, RunRemark)
    /// The guard of the commands was killed: what they start may outlive the worker, unless there is another
    /// in its place.
    case guardLost(isReplaced: Bool)
    case expired(TaskMessage, QueueName)
    case revoked(TaskMessage, QueueName)
    case delayed(TaskMessage, until: Timestamp)
    /// A message that cannot be run; the id as far as it can be read.
    case setAside(TaskID?, QueueName, reason: String)
    /// What the task ended with was not settled.
    case lost(Delivery, TaskLoss)
    /// Tasks of this name cannot be run now, and go back to their queues until they can.
    case unable(TaskName, reason: String)
    /// Tasks of this name are run again.
    case ableAgain(TaskName)
    /// It ends with its queues empty but for tasks of these names, which it could not run.
    case leftUnrun([TaskName])
    /// A command could not be started for want of processes, descriptors or memory.
    case shortage(String)
    /// A handler does not end: so many were left behind by now, which may still run in this process.
    case leftBehind(TaskMessage, count: Int)
    /// Tasks that were held ahead are put back, as those that run take long.
    case released(tasks: Int)
    /// All slots are held by handlers that wait for other tasks, which do not run here meanwhile.
    case held(slots: Int)
    /// No thread begins handlers: so many tasks are put back, and no others taken until one does.
    case starved(tasks: Int)
    case relieved
    case brokerFailed(BrokerError, retryIn: Duration)
    case brokerIsBack
    /// Something is slower than it should be, for a reason that can be mended.
    case notice(String)
    /// The lease cannot be renewed: when it has run out, others may take the worker's tasks.
    case heartbeatFailed(BrokerError)
    /// The worker's lease had run out: others may have taken its tasks.
    case leaseLost
    /// What another worker held that died.
    case recovered(worker: String, tasks: Int)
    case stopping(StopReason, running: Int)

    package enum StopReason: Sendable {
        case order(warm: Bool)
        /// What ran had not ended so long after the order to stop.
        case timeout(Duration)
        case burst, maxTasks, maxTime
    }
}
