import CommandSupport
import Glibc
import Synchronization
import TaskQueue

/// Sets a worker up as `tq-work` does, and runs it.
struct NoopWorker {
    private let configuration: WorkerConfiguration
    private let transports: Transports

    init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        transports = Transports(try CommonOptions(arguments, settings))
        do throws(UsageError) {
            var limits = WorkerLimits(
                concurrency: try arguments.integer("concurrency", in: 1...1000) ?? 2
            )
            limits.prefetch = try arguments.integer("prefetch", in: 0...10_000)
            limits.maxTasks = try arguments.integer("max-tasks", in: 1...Int.max)
            limits.burst = arguments.flag("burst") ? .whileQueued : nil
            configuration = WorkerConfiguration(
                queues: [arguments.value("queue").flatMap(QueueName.init) ?? .celery],
                limits: limits,
                policy: { TaskPolicy(settings, settings.settings(for: $0)) }
            )
        } catch {
            throw CommandError(error)
        }
    }

    func run() throws(CommandError) -> ExitCode {
        let signals = SignalQueue([SIGTERM, SIGINT, SIGQUIT])
        let delays = Delays()
        let worker = makeWorker(
            HandlerRunner([
                Self.name("noop"): { _ in .ended(.success(.null)) },
                Self.name("late"): { run in
                    delays.note(run.assignment.task)
                    return .ended(.success(.null))
                },
            ])
        )
        try reportingBrokerErrors { () throws(BrokerError) in try worker.run(orders: signals) }
        try delays.print()
        return .success
    }

    private func makeWorker(_ runner: HandlerRunner) -> Worker {
        let id = UUIDText.random()
        let identity = WorkerIdentity(
            name: "noop-worker@\(Host.name)",
            host: Host.name,
            pid: Int(getpid()),
            startedAt: .now()
        )
        return Worker(
            configuration,
            runner: runner,
            body: BodyReader(),
            connect: { [transports] queues throws(BrokerError) in
                try transports.connectWorker(id, identity, queues: queues)
            },
            connectHeartbeat: { [transports] () throws(BrokerError) in
                try transports.connectHeartbeat(id, identity)
            },
            report: Self.report
        )
    }

    /// Only what must not happen in a benchmark.
    private static func report(_ event: WorkerEvent) {
        let problem: String? =
            switch event {
            case .setAside(_, _, let reason): reason
            case .brokerFailed(let error, _): "\(error)"
            case .lost: "a task was lost"
            default: nil
            }
        if let problem { Diagnostics(program: interface.name).error(problem) }
    }

    private static func name(_ text: String) -> TaskName {
        guard let name = TaskName(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}

/// How late tasks were run, in microseconds.
private final class Delays: Sendable {
    private let delays = Mutex<[Int]>([])

    func note(_ task: TaskMessage) {
        guard let eta = task.eta else { return }
        let delay = Int((Timestamp.now() - eta).microseconds)
        delays.withLock { $0.append(delay) }
    }

    func print() throws(CommandError) {
        let delays = delays.withLock { $0 }
        var output = OutputStream(descriptor: 1)
        for delay in delays { try output.writeLine(String(delay)) }
        try output.flush()
    }
}
