/// What a worker reports about itself, for its log.
package enum WorkerEvent: Sendable {
    /// It is connected, and takes tasks: at its start, and when it has read its configuration again.
    case ready
    case reloading
    /// It runs this many tasks at once from now on.
    case resized(slots: Int)
    case started(TaskMessage, QueueName)
    case ended(TaskMessage, QueueName, TaskOutcome, Duration, TaskFate)
    case remark(TaskMessage, RunRemark)
    /// The guard of the commands was killed: processes that they start may outlive the worker, unless there is
    /// another guard in its place.
    case guardLost(isReplaced: Bool)
    case expired(TaskMessage, QueueName)
    case revoked(TaskMessage, QueueName)
    /// The task is one of Celery's own, which every worker has.
    case answered(TaskMessage, QueueName)
    /// The task came again, but its outcome is stored.
    case endedBefore(TaskMessage, QueueName)
    case delayed(TaskMessage, until: Timestamp)
    /// A message that cannot be run; its id if it can be read.
    case deadLetter(TaskID?, QueueName, reason: String)
    /// The outcome of the task was not settled.
    case lost(Delivery, TaskLoss)
    /// Tasks of this name cannot be run now, and go back to their queues until they can.
    case unable(TaskName, reason: String)
    /// Tasks of this name can be run again.
    case ableAgain(TaskName)
    /// It ends, and its queues hold only tasks of these names, which it could not run.
    case leftUnrun([TaskName])
    /// A command could not be started for lack of processes, descriptors or memory.
    case shortage(String)
    /// A handler does not end: this many were left behind so far, and may still run in this process.
    case leftBehind(TaskMessage, count: Int)
    /// Tasks that were held ahead are put back, because the running ones take long.
    case released(tasks: Int)
    /// All slots are held by handlers that wait for other tasks, which meanwhile do not run here.
    case held(slots: Int)
    /// No thread begins handlers: this many tasks are put back, and no others taken until one does.
    case starved(tasks: Int)
    case relieved
    case brokerFailed(BrokerError, retryIn: Duration)
    case brokerIsBack
    /// Something is slower than necessary, for a reason that can be mended.
    case notice(String)
    /// The lease cannot be renewed: when it has run out, others may take the worker's tasks.
    case heartbeatFailed(BrokerError)
    /// The worker's lease had run out: others may have taken its tasks.
    case leaseLost
    /// Tasks that a dead worker held were recovered.
    case recovered(worker: String, tasks: Int)
    case stopping(StopReason, running: Int)

    package enum StopReason: Sendable {
        case order(warm: Bool)
        /// The running tasks had not ended this long after the order to stop.
        case timeout(Duration)
        case burst, maxTasks, maxTime
    }
}
