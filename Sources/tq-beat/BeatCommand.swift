internal import CommandLineOptions
import CommandSupport
internal import Connections
import Glibc
import Logging
import ServiceSupport
import TaskBeat
import TaskQueue
import TaskSettings

/// The work of `tq-beat`.
struct BeatCommand {
    /// How late a firing may be and not count as missed, if a run is for cron: as long as it may be until
    /// the next run.
    private static let graceOfOnce: Duration = .seconds(300)

    private let arguments: ParsedArguments
    private let mode: Mode
    private let settings: Settings
    private let configuration: BeatConfiguration
    private let common: CommonOptions
    private let transports: Transports

    init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        self.arguments = arguments
        self.settings = settings
        do throws(UsageError) { mode = try Mode(arguments) } catch { throw CommandError(error) }
        common = try CommonOptions(arguments, settings)
        configuration = try BeatEntrySource.configuration(
            settings,
            crontab: arguments.value("crontab")
        )
        transports = Transports(common)
    }

    func run() throws(CommandError) -> ExitCode {
        switch mode {
        case .next(let count, let asJSON):
            try plan().print(count: count, asJSON: asJSON)
        case .check: try check()
        case .once: try runOnce()
        case .daemon: try runOn()
        }
        return .success
    }

    /// When all entries fire, those too that were added in the broker.
    private func plan() throws(CommandError) -> Upcoming {
        let now = Timestamp.now()
        var beat = try reportingZoneErrors { () throws(TimeZoneError) in
            try Beat(configuration.entries, default: configuration.zone, at: now)
        }
        let reader = LiveEntryReader(transports, diagnostics: Diagnostics(program: "tq-beat"))
        try reader.add(to: &beat, isNeeded: beat.indices.isEmpty, at: now)
        guard !beat.indices.isEmpty else { throw BeatEntrySource.nothingToSend(settings) }
        return Upcoming(beat, at: now)
    }

    /// Prints what would be sent, and connects to the broker.
    private func check() throws(CommandError) {
        let plan = try plan()
        var output = OutputStream(descriptor: 1)
        try output.writeLine("broker  \(common.broker)")
        for line in plan.summaries { try output.writeLine(line) }
        try output.flush()
        for warning in common.warnings + transports.beatWarnings {
            Diagnostics(program: "tq-beat").note("warning: \(warning)")
        }
        _ = try reportingBrokerErrors { () throws(BrokerError) in
            try transports.openBeat().liveVersion()
        }
    }

    private func runOnce() throws(CommandError) {
        let log = BeatLog(LogOptions(arguments, common).logger("tq-beat"))
        let driver = try driver(grace: Self.graceOfOnce, needsMemory: true) { event in
            // Without news it prints nothing, so that cron sends no mail.
            switch event {
            case .leads, .follows, .sent, .paused: if common.isVerbose { log.report(event) }
            default: log.report(event)
            }
        }
        let count = try reportingBrokerErrors { () throws(BrokerError) in try driver.runOnce() }
        if count == 0 { throw BeatEntrySource.nothingToSend(settings) }
    }

    private func runOn() throws(CommandError) {
        let manager = ServiceManager()
        let signals: SignalQueue
        do throws(ResourceShortage) {
            signals = try SignalQueue([SIGTERM, SIGINT, SIGQUIT, SIGHUP])
        } catch { throw CommandError(error) }
        let logger = LogOptions(arguments, common).logger("tq-beat")
        let log = BeatLog(logger)
        let report = { (event: BeatEvent) in
            log.report(event)
            manager.report(event)
        }
        let driver = try driver(grace: .seconds(15), report: report)
        for warning in common.warnings + transports.beatWarnings { logger.warning("\(warning)") }
        logger.info("tq-beat starts", metadata: ["broker": "\(common.broker)"])
        log.warnIfOnlyLive(configuration)
        try reportingBrokerErrors { () throws(BrokerError) in
            try driver.run(
                woken: signals.descriptor,
                orders: {
                    guard let signal = signals.next() else { return nil }
                    guard signal == SIGHUP, !signals.hasHungUp else { return .stop }
                    report(.reloading)
                    return .reload(reload(logger))
                },
                pulse: manager.sayAllIsWell
            )
        }
    }

    private func driver(
        grace: Duration,
        needsMemory: Bool = false,
        report: @escaping (BeatEvent) -> Void
    ) throws(CommandError) -> BeatDriver {
        try reportingZoneErrors { () throws(TimeZoneError) in
            try BeatDriver(
                configuration,
                grace: grace,
                connect: { [transports] () throws(BrokerError) in
                    try transports.openBeat(needsMemory: needsMemory)
                },
                report: report
            )
        }
    }

    /// Reads the settings again; `nil` if they cannot be used.
    private func reload(_ logger: Logger) -> BeatConfiguration? {
        do throws(CommandError) {
            let settings = try Program.settings(arguments)
            if try CommonOptions(arguments, settings).broker != common.broker {
                logger.warning("another broker is used only after a restart")
            }
            return try BeatEntrySource.configuration(
                settings,
                crontab: arguments.value("crontab")
            )
        } catch {
            logger.error("the settings stay as they were: \(error.message ?? "")")
            return nil
        }
    }

    private func reportingZoneErrors<Value>(
        _ body: () throws(TimeZoneError) -> Value
    ) throws(CommandError) -> Value {
        do throws(TimeZoneError) { return try body() } catch {
            throw CommandError(.badConfiguration, error.description)
        }
    }
}
