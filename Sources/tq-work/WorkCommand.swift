import CommandSupport
import Decompression
import Glibc
import Logging
import ServiceSupport
import TaskQueue

/// The work of `tq-work`: sets a worker up and runs it.
struct WorkCommand {
    private let arguments: ParsedArguments
    private let options: WorkOptions
    private let common: CommonOptions
    private let transports: Transports

    init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        self.arguments = arguments
        common = try CommonOptions(arguments, settings)
        options = try WorkOptions(arguments, settings, common)
        transports = Transports(common)
    }

    func run() throws(CommandError) -> ExitCode {
        if options.checks { return try Plan(options, common, transports).check() }
        try DescriptorLimit.allow(commands: options.limits.concurrency)
        // Both before any thread is started: the guard is a copy of this process, and a thread would take
        // the signals.
        let guardian = ProcessGuard()
        let manager = ServiceManager()
        let signals = SignalQueue([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU])
        let logger = options.log.logger(options.name)
        if guardian == nil {
            logger.warning("no guard could be started: commands may outlive this worker")
        }
        let runner = CommandRunner(
            options.commands,
            variables: ["TQ_BROKER_URL": common.brokerURL, "TQ_RESULT_BACKEND": common.backendURL],
            guardian: guardian
        )
        let beat = try startBeat(logger)
        let worker = makeWorker(runner, beat, manager, logger)
        announce(logger)
        try reportingBrokerErrors { () throws(BrokerError) in try worker.run(signals: signals) }
        beat?.stop()
        beat?.join()
        return .success
    }

    /// What `--beat` asks for; `nil`: it was not given.
    private func startBeat(_ logger: Logger) throws(CommandError) -> BeatThread? {
        guard let configuration = options.beat else { return nil }
        let log = BeatLog(logger)
        do throws(TimeZoneError) {
            return try BeatThread(
                configuration,
                connect: { [transports] () throws(BrokerError) in try transports.openBeat() },
                report: { event in
                    // The worker tells of this itself.
                    if case .stopping = event { return }
                    log.report(event)
                }
            )
        } catch {
            throw CommandError(.badConfiguration, error.description)
        }
    }

    private func makeWorker(
        _ runner: CommandRunner,
        _ beat: BeatThread?,
        _ manager: ServiceManager,
        _ logger: Logger
    ) -> Worker {
        let id = UUIDText.random()
        let identity = WorkerIdentity(
            name: options.name,
            host: Host.name,
            pid: Int(getpid()),
            startedAt: .now()
        )
        let log = WorkerLog(logger)
        return Worker(
            options.configuration,
            reload: { reload(runner, beat, logger) },
            runner: runner,
            body: BodyReader(decompress: SystemDecompressor.decompress),
            connect: { [transports] queues throws(BrokerError) in
                try transports.connectWorker(id, identity, queues: queues)
            },
            connectHeartbeat: { [transports] () throws(BrokerError) in
                try transports.connectHeartbeat(id, identity)
            },
            pulse: manager.pulse,
            report: { event in
                // It does not wait for what still runs.
                if case .stopping = event { beat?.stop() }
                log.report(event)
                manager.report(event)
            }
        )
    }

    /// Reads the settings again, and gives the runner its commands; `nil` if they cannot be used.
    private func reload(
        _ runner: CommandRunner,
        _ beat: BeatThread?,
        _ logger: Logger
    ) -> WorkerConfiguration? {
        do throws(CommandError) {
            let settings = try Program.settings(arguments)
            let newCommon = try CommonOptions(arguments, settings)
            let new = try WorkOptions(arguments, settings, newCommon)
            if newCommon.broker != common.broker || newCommon.backend != common.backend {
                logger.warning("another broker or result backend is used after a restart only")
            }
            try DescriptorLimit.allow(commands: new.limits.concurrency)
            runner.reload(new.commands)
            if let beat, let configuration = new.beat { beat.reload(configuration) }
            return new.configuration
        } catch {
            logger.error("the settings stay as they were: \(error.message ?? "")")
            return nil
        }
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

extension WorkOptions {
    fileprivate var configuration: WorkerConfiguration {
        WorkerConfiguration(queues: queues, limits: limits, policy: policy)
    }
}
