package import Logging
import ServiceSupport
package import TaskQueue

/// Tells a worker's story in its log.
package struct WorkerLog: Sendable {
    private let logger: Logger
    /// What ends tasks that still run after an order to stop, for people.
    private let ending: String

    /// - Parameters:
    ///   - logger: where to tell it.
    ///   - ending: what ends tasks that still run after an order to stop.
    package init(
        _ logger: Logger,
        ending: String = "a second signal ends the running tasks"
    ) {
        self.logger = logger
        self.ending = ending
    }

    package func report(_ event: WorkerEvent) {
        switch event {
        case .ready: break
        case .reloading: logger.notice("reading the settings again")
        case .resized(let slots): logger.notice("runs \(slots) tasks at once")
        case .started(let task, let queue):
            logger.debug(
                "started",
                metadata: Self.fields(task).merging(["queue": "\(queue)"]) { $1 }
            )
        case .ended(let task, _, let outcome, let duration, let fate):
            ended(task, outcome, duration, fate)
        case .remark(let task, let remark): self.remark(task, remark)
        case .guardLost(let isReplaced):
            let end = isReplaced ? "another was started" : "no other could be started"
            logger.warning("the guard of the commands was killed: \(end)")
        case .expired(let task, _):
            logger.notice("expired before it ran", metadata: Self.fields(task))
        case .revoked(let task, _):
            logger.notice("revoked before it ran", metadata: Self.fields(task))
        case .answered(let task, _):
            logger.info("answered without a command", metadata: Self.fields(task))
        case .endedBefore(let task, _):
            logger.notice("came again, but had ended: not run", metadata: Self.fields(task))
        case .delayed(let task, let eta):
            logger.debug(
                "delayed",
                metadata: Self.fields(task).merging(["eta": "\(eta.iso8601)"]) { $1 }
            )
        case .deadLetter(let id, let queue, let reason):
            let fields: Logger.Metadata = ["id": "\(id?.text ?? "-")", "queue": "\(queue)"]
            logger.error("put among the dead letters: \(reason)", metadata: fields)
        case .lost(let delivery, let loss): lost(delivery, loss)
        case .unable(let task, let reason):
            logger.error(
                "cannot run such tasks now, and puts them back: \(reason)",
                metadata: ["task": "\(task)"]
            )
        case .ableAgain(let task):
            logger.notice("can run such tasks again", metadata: ["task": "\(task)"])
        case .leftUnrun(let tasks):
            let names = tasks.map(\.text).joined(separator: ", ")
            logger.error("leaves tasks on their queues that it could not run: \(names)")
        case .shortage(let reason):
            logger.error("\(reason): no task is taken for a second")
        case .leftBehind(let task, let count):
            logger.warning(
                "its handler does not end: it is left behind, and may still run in this process",
                metadata: Self.fields(task).merging(["left_behind": "\(count)"]) { $1 }
            )
        case .released(let tasks):
            logger.notice(
                "running tasks take long: those that were held ahead were put back on their queues",
                metadata: ["tasks": "\(tasks)"]
            )
        case .held(let slots):
            logger.warning(
                "all slots are held by handlers that wait for other tasks: none of those tasks runs here until a handler ends",
                metadata: ["slots": "\(slots)"]
            )
        case .starved(let tasks):
            logger.error(
                "no thread is left for handlers, because too many never suspend: tasks were put back on their queues, and none are taken until one does",
                metadata: ["tasks": "\(tasks)"]
            )
        case .relieved:
            logger.notice("there are threads for handlers again")
        case .brokerFailed(let error, let pause):
            logger.error("\(error): trying again in \(DurationText.format(pause.rounded))")
        case .brokerIsBack:
            logger.notice("the broker is back")
        case .notice(let text): logger.warning("\(text)")
        case .heartbeatFailed(let error):
            logger.error("cannot tell the broker that this worker lives: \(error)")
        case .leaseLost:
            logger.warning(
                "the broker heard nothing from this worker for too long: others may run its tasks again"
            )
        case .recovered(let worker, let tasks):
            logger.warning(
                "worker \(worker) is gone: \(tasks) of its tasks were put back on their queues"
            )
        case .stopping(let reason, let running):
            stopping(reason, running)
        }
    }

    private func remark(_ task: TaskMessage, _ remark: RunRemark) {
        switch remark {
        case .stderr(let text):
            var fields = Self.fields(task)
            fields["stderr"] = "\(text)"
            logger.debug("succeeded, and wrote to standard error", metadata: fields)
        case .leftOut(let reason): logger.warning("\(reason)", metadata: Self.fields(task))
        }
    }

    private func lost(_ delivery: Delivery, _ loss: TaskLoss) {
        let fields: Logger.Metadata = [
            "queue": "\(delivery.queue)", "delivery": "\(delivery.tag)",
        ]
        switch loss {
        case .uncertain:
            logger.notice(
                "the connection broke while its outcome was being stored: it was stored, or the task runs again elsewhere",
                metadata: fields
            )
        case .notHeld:
            let reason =
                "no longer held by this worker, so its outcome was not stored: it runs elsewhere, "
                + "or the broker has lost it"
            logger.error("\(reason)", metadata: fields)
        case .connectionGone:
            logger.notice(
                "the connection it came over is gone, so it could not be acknowledged: it is delivered again",
                metadata: fields
            )
        }
    }

    private func ended(
        _ task: TaskMessage,
        _ outcome: TaskOutcome,
        _ duration: Duration,
        _ fate: TaskFate
    ) {
        guard logger.logLevel <= (outcome.isFailure ? .error : .notice) else { return }
        var fields = Self.fields(task)
        fields["duration"] = .stringConvertible(LoggedDuration(duration))
        fields["outcome"] = "\(Self.word(outcome, fate))"
        switch outcome {
        case .success:
            logger.info("succeeded", metadata: fields)
        case .failure(let failure, let traceback), .fatal(let failure, let traceback),
            .retry(_, let failure, let traceback):
            logger.log(
                level: Self.isOver(fate) ? .error : .warning,
                "failed\(Self.consequence(fate)): \(ForeignText.cut("\(failure)", to: 1000))",
                metadata: fields.merging(Self.lastLine(of: traceback)) { $1 }
            )
        case .replaced(let replacement):
            logger.info("replaced by \(replacement.signature.task)", metadata: fields)
        case .putBack:
            logger.notice("put back on its queue, as it asked", metadata: fields)
        case .interrupted:
            logger.notice("interrupted, and put back on its queue", metadata: fields)
        case .unable:
            logger.debug("not begun, and put back on its queue", metadata: fields)
        }
    }

    /// For programs that read the log.
    private static func word(_ outcome: TaskOutcome, _ fate: TaskFate) -> String {
        switch outcome {
        case .success: "success"
        case .failure, .fatal: "failure"
        case .retry: if case .retries = fate { "retry" } else { "failure" }
        case .replaced: "replaced"
        case .putBack, .interrupted, .unable: "requeued"
        }
    }

    /// Whether it is not tried again.
    private static func isOver(_ fate: TaskFate) -> Bool {
        if case .retries = fate { false } else { true }
    }

    private static func consequence(_ fate: TaskFate) -> String {
        switch fate {
        case .ended: ""
        case .retries(let delay, let number):
            ", and is tried again in \(DurationText.format(delay.rounded)) (retry \(number))"
        case .outOfRetries: ", and is not tried again"
        }
    }

    private func stopping(_ reason: WorkerEvent.StopReason, _ running: Int) {
        let cause =
            switch reason {
            case .order(warm: true): "stopping: \(ending)"
            case .timeout(let time):
                "stopping at once: running tasks, not ended in \(DurationText.format(time.rounded)), go back to their queues"
            case .order(warm: false): "stopping at once: running tasks go back to their queues"
            case .burst: "stopping: the queues are empty"
            case .maxTasks: "stopping: --max-tasks have been started"
            case .maxTime: "stopping: --max-time is over"
            }
        logger.info(
            "\(cause)",
            metadata: running == 0 ? [:] : ["running": .stringConvertible(running)]
        )
    }

    private static func fields(_ task: TaskMessage) -> Logger.Metadata {
        ["task": "\(task.task)", "id": "\(task.id)"]
    }

    private static func lastLine(of traceback: String?) -> Logger.Metadata {
        let lines = traceback?.utf8.split { $0 == 0x0A || $0 == 0x0D }
        guard let line = lines?.last.map({ String(decoding: $0, as: UTF8.self) }) else {
            return [:]
        }
        return ["stderr": "\(ForeignText.cut(line, to: 1000))"]
    }
}

extension Duration {
    /// To the millisecond: enough for a person.
    fileprivate var rounded: Duration { .milliseconds(microseconds / 1000) }
}
