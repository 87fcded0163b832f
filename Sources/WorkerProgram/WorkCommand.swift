package import CommandLineOptions
package import CommandSupport
package import Connections
package import Logging
import ServiceSupport
internal import TaskBeat
internal import TaskCommands
package import TaskQueue
package import TaskSettings

/// The work of `tq-work`, and of a program with handlers of its own: sets a worker up and runs it.
package struct WorkCommand {
    private let arguments: ParsedArguments
    private let options: WorkOptions
    private let common: CommonOptions
    private let transports: Transports
    private let handlers: HandlerTable
    private let logger: Logger

    /// - Parameters:
    ///   - arguments: as ``CommandSupport/OptionGroup/tasks`` and its neighbours have them.
    ///   - settings: as they were read.
    ///   - handlers: run their tasks; commands run all others.
    ///   - logger: where to tell what happens; `nil`: on standard error.
    /// - Throws: ``CommandError``.
    package init(
        _ arguments: ParsedArguments,
        _ settings: Settings,
        handlers: HandlerTable = HandlerTable(),
        logger: Logger? = nil
    ) throws(CommandError) {
        self.arguments = arguments
        self.handlers = handlers
        common = try CommonOptions(arguments, settings)
        options = try WorkOptions(arguments, settings, common, handlers: handlers)
        transports = Transports(common)
        self.logger = logger ?? options.log.logger(options.name)
    }

    /// The log that a worker with these options writes, on standard error.
    package static func logger(_ arguments: ParsedArguments, _ common: CommonOptions) -> Logger {
        LogOptions(arguments, common).logger(WorkOptions.name(arguments))
    }

    /// The worker's name for operators, with these options.
    package static func workerName(_ arguments: ParsedArguments) -> String {
        WorkOptions.name(arguments)
    }

    /// A log from elsewhere, at the level that the options name, if they do.
    package static func logger(
        _ own: Logger,
        _ arguments: ParsedArguments,
        _ common: CommonOptions
    ) -> Logger {
        guard arguments.value("log-level") != nil || common.isQuiet || common.isVerbose else {
            return own
        }
        var logger = own
        logger.logLevel = LogOptions(arguments, common).level
        return logger
    }

    /// Runs until it is told to stop.
    ///
    /// - Parameter process: made before the first thread was started; `nil`: there is none yet.
    /// - Returns: the status to exit with.
    /// - Throws: ``CommandError``.
    package func run(in process: WorkerProcess? = nil) throws(CommandError) -> ExitCode {
        if options.checks {
            for warning in warnings { Diagnostics(program: "tq-work").note(warning) }
            return try Plan(options, common, transports, handlers: handlers).check()
        }
        try options.refuseToStart(handlers)
        try DescriptorLimit.allow(commands: options.limits.concurrency)
        let process = if let process { process } else { try WorkerProcess() }
        let manager = ServiceManager()
        if process.guardian == nil {
            logger.warning("no guard could be started: commands may outlive this worker")
        }
        for warning in warnings { logger.warning("\(warning)") }
        let commands = try reportingShortage { () throws(ResourceShortage) in
            try CommandRunner(
                options.commands,
                variables: [
                    "TQ_BROKER_URL": common.brokerURL, "TQ_RESULT_BACKEND": common.backendURL,
                ],
                guardian: process.guardian,
                // A handler may start processes, and wants to know how they end.
                reapsOrphans: handlers.isEmpty
            )
        }
        let beat = try startBeat(logger)
        let leftovers = Leftovers()
        let worker = try makeWorker(commands, beat, manager, leftovers, logger)
        announce(options, logger)
        try reportingBrokerErrors { () throws(BrokerError) in
            try worker.run(orders: process.orders)
        }
        beat?.stop()
        beat?.join()
        return leftovers.any ? .badConfiguration : .success
    }

    /// Settings that may be a mistake.
    private var warnings: [String] {
        let hasPassword = [common.brokerURL, common.backendURL]
            .contains { URLRedaction.redacted($0) != $0 }
        let users = hasPassword ? options.commands.usersToldOfBroker.sorted() : []
        return common.warnings
            + users.map { user in
                "commands that run as \(user) are given the broker's URL with its password: "
                    + "pass_broker = false in their tables withholds it"
            }
    }

    /// What `--beat` asks for; `nil`: it was not given.
    private func startBeat(_ logger: Logger) throws(CommandError) -> BeatThread? {
        guard let configuration = options.beat else { return nil }
        let log = BeatLog(logger)
        log.warnIfOnlyLive(configuration)
        for warning in transports.beatWarnings { logger.warning("\(warning)") }
        do {
            return try BeatThread(
                configuration,
                connect: { [transports] () throws(BrokerError) in try transports.openBeat() },
                report: { event in
                    // The worker itself reports this.
                    if case .stopping = event { return }
                    log.report(event)
                }
            )
        } catch let error as ResourceShortage {
            throw CommandError(error)
        } catch {
            throw CommandError(.badConfiguration, "\(error)")
        }
    }

    private func makeWorker(
        _ commands: CommandRunner,
        _ beat: BeatThread?,
        _ manager: ServiceManager,
        _ leftovers: Leftovers,
        _ logger: Logger
    ) throws(CommandError) -> Worker {
        let log = WorkerLog(logger)
        let runner: any TaskRunner = try reportingShortage { () throws(ResourceShortage) in
            if handlers.isEmpty { return commands }
            return try CombinedRunner(HandlerRunner(handlers.handlers), else: commands)
        }
        return WorkerAssembly(name: options.name, transports).worker(
            options.configuration(countsChords: transports.keepsResults),
            reload: { reload(commands, beat, logger) },
            runner: runner,
            pulse: manager.pulse,
            report: { event in
                // It does not wait for what still runs.
                if case .stopping = event { beat?.stop() }
                log.report(event)
                manager.report(event)
                leftovers.note(event)
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
            let new = try WorkOptions(arguments, settings, newCommon, handlers: handlers)
            if newCommon.broker != common.broker || newCommon.backend != common.backend {
                logger.warning("another broker or result backend is used only after a restart")
            }
            try new.refuseToStart(handlers)
            try DescriptorLimit.allow(commands: new.limits.concurrency)
            runner.reload(new.commands)
            announceTasks(new, logger)
            if let beat, let configuration = new.beat { beat.reload(configuration) }
            return new.configuration(countsChords: transports.keepsResults)
        } catch {
            logger.error("the settings stay as they were: \(error.message ?? "")")
            return nil
        }
    }

    private func announce(_ options: WorkOptions, _ logger: Logger) {
        announceTasks(options, logger)
        let queues = options.queues.map(\.text).joined(separator: ",")
        logger.info(
            "\(options.name) takes tasks",
            metadata: [
                "queues": "\(queues)", "broker": "\(common.broker)",
                "concurrency": .stringConvertible(options.limits.concurrency),
            ]
        )
    }

    /// Logs which command runs which task, and what is wrong with some.
    private func announceTasks(_ options: WorkOptions, _ logger: Logger) {
        for line in options.tasks(handlers) { logger.info("task \(line)") }
        for problem in options.commands.problems(besides: handlers.names) {
            logger.warning("\(problem.text): its tasks stay on their queues until that is mended")
        }
        for mistake in options.commands.remarks.mistakes { logger.warning("\(mistake)") }
    }
}

/// Runs a body that needs descriptors and threads, and gives a lack of them its exit status.
private func reportingShortage<Value>(
    _ body: () throws(ResourceShortage) -> Value
) throws(CommandError) -> Value {
    do throws(ResourceShortage) { return try body() } catch { throw CommandError(error) }
}

extension WorkOptions {
    fileprivate func configuration(countsChords: Bool) -> WorkerConfiguration {
        WorkerConfiguration(
            queues: queues,
            limits: limits,
            policy: policy,
            canvas: Canvas(taskDefaults, countsChords: countsChords)
        )
    }
}
