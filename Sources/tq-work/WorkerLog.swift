import Logging
import TaskQueue

/// Tells a worker's story in its log.
struct WorkerLog {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    func report(_ event: WorkerEvent) {
        switch event {
        case .started(let task, let queue):
            logger.debug(
                "started",
                metadata: Self.fields(task).merging(["queue": "\(queue)"]) { $1 }
            )
        case .ended(let task, let outcome, let duration):
            ended(task, outcome, duration)
        case .expired(let task):
            logger.notice("expired before it ran", metadata: Self.fields(task))
        case .delayed(let task, let eta):
            logger.debug(
                "delayed",
                metadata: Self.fields(task).merging(["eta": "\(eta.iso8601)"]) { $1 }
            )
        case .setAside(let id, let queue, let reason):
            let fields: Logger.Metadata = ["id": "\(id?.text ?? "-")", "queue": "\(queue)"]
            logger.error("put among the dead letters: \(reason)", metadata: fields)
        case .lost(let delivery):
            logger.error(
                "no longer held by this worker, so its outcome was not stored: it is run elsewhere",
                metadata: ["queue": "\(delivery.queue)", "delivery": "\(delivery.tag)"]
            )
        case .brokerFailed(let error, let pause):
            logger.error("\(error): trying again in \(DurationText.format(pause.rounded))")
        case .brokerIsBack:
            logger.notice("the broker is back")
        case .heartbeatFailed(let error):
            logger.error("cannot tell the broker that this worker lives: \(error)")
        case .leaseLost:
            logger.warning(
                "the broker heard nothing of this worker for too long: others may run its tasks again"
            )
        case .recovered(let worker, let tasks):
            logger.warning(
                "worker \(worker) is gone: \(tasks) of its tasks were put back on their queues"
            )
        case .stopping(let reason, let running):
            stopping(reason, running)
        }
    }

    private func ended(_ task: TaskMessage, _ outcome: TaskOutcome, _ duration: Duration) {
        let fields = Self.fields(task).merging(
            ["duration": "\(DurationText.format(duration.rounded))"]
        ) { $1 }
        switch outcome {
        case .success:
            logger.info("succeeded", metadata: fields)
        case .failure(let failure, let traceback), .fatal(let failure, let traceback),
            .retry(_, let failure, let traceback):
            logger.warning(
                "failed: \(failure)",
                metadata: fields.merging(Self.lastLine(of: traceback)) { $1 }
            )
        case .interrupted:
            logger.notice("interrupted, and put back on its queue", metadata: fields)
        }
    }

    private func stopping(_ reason: WorkerEvent.StopReason, _ running: Int) {
        let cause =
            switch reason {
            case .signal(warm: true): "stopping: a second signal ends the running tasks"
            case .signal(warm: false): "stopping at once: running tasks go back to their queues"
            case .burst: "stopping: the queues are empty"
            case .maxTasks: "stopping: --max-tasks have been started"
            case .maxTime: "stopping: --max-time is over"
            }
        logger.info("\(cause)", metadata: running == 0 ? [:] : ["running": "\(running)"])
    }

    private static func fields(_ task: TaskMessage) -> Logger.Metadata {
        ["task": "\(task.task)", "id": "\(task.id)"]
    }

    private static func lastLine(of traceback: String?) -> Logger.Metadata {
        guard let line = traceback?.split(separator: "\n").last else { return [:] }
        return ["stderr": "\(line)"]
    }
}

extension Duration {
    /// To the millisecond: enough for a person.
    fileprivate var rounded: Duration { .milliseconds(microseconds / 1000) }
}
