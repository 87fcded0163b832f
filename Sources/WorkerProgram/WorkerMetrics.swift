#if Metrics
internal import CoreMetrics
internal import Synchronization
import TaskQueue

/// Counts what a worker does, in the metrics system that its program has set up.
///
/// Names and labels are in the documentation of `TaskQueueWorker`: changing one here breaks dashboards.
final class WorkerMetrics: Sendable {
    /// Of a run, or of a task that was not run.
    private enum Outcome: String {
        case success, failure, retry, rejected, replaced, interrupted, expired, revoked
    }

    private struct Key: Hashable {
        let task: String
        let queue: String

        var labels: [(String, String)] { [("task", task), ("queue", queue)] }
    }

    /// The counts for tasks of one name from one queue.
    private struct TaskMetrics {
        let started: Counter
        let running: Meter
        let wait: Timer
        private var ended: [Outcome: Ending] = [:]

        init(_ key: Key) {
            started = Counter(label: "tq.tasks.started", dimensions: key.labels)
            running = Meter(label: "tq.tasks.running", dimensions: key.labels)
            wait = Timer(
                label: "tq.task.wait",
                dimensions: key.labels,
                preferredDisplayUnit: .seconds
            )
        }

        mutating func ending(_ outcome: Outcome, _ key: Key) -> Ending {
            if let ending = ended[outcome] { return ending }
            let ending = Ending(key, outcome)
            ended[outcome] = ending
            return ending
        }
    }

    private struct Ending {
        let count: Counter
        let duration: Timer

        init(_ key: Key, _ outcome: Outcome) {
            let labels = key.labels + [("outcome", outcome.rawValue)]
            count = Counter(label: "tq.tasks.ended", dimensions: labels)
            duration = Timer(
                label: "tq.task.duration",
                dimensions: labels,
                preferredDisplayUnit: .seconds
            )
        }
    }

    /// A message may have any name, and each costs memory for good: names beyond this many are `other`.
    private static let mostKeys = 1000

    private let tasks = Mutex<[Key: TaskMetrics]>([:])
    private let brokerFailures = Counter(label: "tq.broker.failures")
    private let depths: QueueDepths

    /// - Parameters:
    ///   - queues: from which the worker takes tasks.
    ///   - connect: makes a connection to count what waits on them; called on a thread of its own.
    init(
        serving queues: [QueueName],
        connect: @escaping @Sendable () throws(BrokerError) -> any QueueCounting
    ) {
        depths = QueueDepths(queues, connect)
    }

    deinit {
        depths.stop()
    }

    /// Notes which queues the worker serves when it has read its configuration again.
    func noting(
        _ reload: @escaping () -> WorkerConfiguration?
    ) -> () -> WorkerConfiguration? {
        {
            let new = reload()
            if let new { self.depths.serve(new.queues) }
            return new
        }
    }

    /// Counts what is reported, and passes it on.
    func noting(
        _ report: @escaping @Sendable (WorkerEvent) -> Void
    ) -> @Sendable (WorkerEvent) -> Void {
        { event in
            self.note(event)
            report(event)
        }
    }

    private func note(_ event: WorkerEvent) {
        switch event {
        case .ready: depths.start()
        case .started(let task, let queue): started(task, queue)
        case .ended(let task, let queue, let outcome, let duration, let fate):
            with(task, queue) { key, metrics in
                metrics.running.decrement()
                let ending = metrics.ending(Self.outcome(outcome, fate), key)
                ending.count.increment()
                ending.duration.recordMicroseconds(duration.microseconds)
            }
        case .expired(let task, let queue): notRun(task, queue, .expired)
        case .revoked(let task, let queue): notRun(task, queue, .revoked)
        case .deadLetter(_, let queue, _):
            Counter(label: "tq.messages.set_aside", dimensions: [("queue", queue.text)]).increment()
        case .brokerFailed: brokerFailures.increment()
        default: break
        }
    }

    private func started(_ task: TaskMessage, _ queue: QueueName) {
        let wait = task.waitsSince.map { max((.now() - $0).microseconds, 0) }
        with(task, queue) { _, metrics in
            metrics.started.increment()
            metrics.running.increment()
            if let wait { metrics.wait.recordMicroseconds(wait) }
        }
    }

    private func notRun(_ task: TaskMessage, _ queue: QueueName, _ outcome: Outcome) {
        with(task, queue) { key, metrics in metrics.ending(outcome, key).count.increment() }
    }

    private func with(
        _ task: TaskMessage,
        _ queue: QueueName,
        _ body: (Key, inout TaskMetrics) -> Void
    ) {
        tasks.withLock { tasks in
            var key = Key(task: task.task.text, queue: queue.text)
            if tasks[key] == nil, tasks.count >= Self.mostKeys {
                key = Key(task: "other", queue: queue.text)
            }
            body(key, &tasks[key, default: TaskMetrics(key)])
        }
    }

    private static func outcome(_ outcome: TaskOutcome, _ fate: TaskFate) -> Outcome {
        switch outcome {
        case .success: .success
        case .failure, .fatal: .failure
        case .retry: if case .retries = fate { .retry } else { .failure }
        case .replaced: .replaced
        case .putBack: .rejected
        case .interrupted, .unable: .interrupted
        }
    }
}

extension TaskMessage {
    /// Since when it could have run, by its sender's clock: its ETA, or when its id was made; `nil`: the
    /// message does not say, because Celery's ids have no time in them.
    fileprivate var waitsSince: Timestamp? {
        if let eta { return eta }
        guard retries == 0, let sent = TaskIDParts(id) else { return nil }
        return Timestamp(microseconds: Int64(sent.clock >> 12) * 1000)
    }
}
#endif
