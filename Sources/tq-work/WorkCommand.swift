import CommandSupport
import Decompression
import Glibc
import Logging
import TaskQueue

/// The work of `tq-work`: sets a worker up and runs it.
struct WorkCommand {
    private let options: WorkOptions
    private let common: CommonOptions
    private let settings: Settings
    private let transports: Transports

    init(_ options: WorkOptions, _ common: CommonOptions, _ settings: Settings) {
        self.options = options
        self.common = common
        self.settings = settings
        transports = Transports(common)
    }

    func run() throws(CommandError) -> ExitCode {
        if options.checks { return try Plan(options, common, transports).check() }
        try DescriptorLimit.allow(commands: options.limits.concurrency)
        // Before any thread is started, which would take the signals.
        let signals = SignalQueue([SIGTERM, SIGINT, SIGQUIT])
        let logger = makeLogger()
        let log = WorkerLog(logger)
        let runner = CommandRunner(
            options.commands,
            variables: ["TQ_BROKER_URL": common.brokerURL, "TQ_RESULT_BACKEND": common.backendURL]
        )
        let id = UUIDText.random()
        let worker = Worker(
            queues: options.queues,
            limits: options.limits,
            runner: runner,
            body: BodyReader(decompress: SystemDecompressor.decompress),
            ignoresResult: ignoresResult,
            connect: { () throws(BrokerError) in
                try transports.connectWorker(id, queues: options.queues)
            },
            connectHeartbeat: { [transports] () throws(BrokerError) in
                try transports.openBroker(worker: id)
            },
            report: { log.report($0) }
        )
        announce(logger)
        try reportingBrokerErrors { () throws(BrokerError) in try worker.run(signals: signals) }
        return .success
    }

    private func ignoresResult(_ task: TaskName) -> Bool {
        settings.settings(for: task)?.ignoreResult ?? settings.taskIgnoreResult ?? false
    }

    private func makeLogger() -> Logger {
        let handler = LineLogHandler(
            level: options.logLevel,
            format: options.logFormat,
            usesColor: options.usesColor
        )
        return Logger(label: options.name) { _ in handler }
    }

    private func announce(_ logger: Logger) {
        let queues = options.queues.map(\.text).joined(separator: ",")
        logger.info(
            "\(options.name) takes tasks",
            metadata: [
                "queues": "\(queues)", "broker": "\(common.broker)",
                "concurrency": "\(options.limits.concurrency)",
            ]
        )
    }
}
