import CommandSupport
import Glibc
import Logging
import ServiceSupport
import TaskQueue

/// The work of `tq-beat`.
struct BeatCommand {
    /// How late a firing may be and not count as missed, if a run is for cron: as long as it may be until
    /// the next run.
    private static let graceOfOnce: Duration = .seconds(300)

    private let arguments: ParsedArguments
    private let mode: Mode
    private let configuration: BeatConfiguration
    private let common: CommonOptions
    private let transports: Transports

    init(_ arguments: ParsedArguments, _ settings: Settings) throws(CommandError) {
        self.arguments = arguments
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
            try upcoming().print(count: count, asJSON: asJSON)
        case .check: try check()
        case .once: try runOnce()
        case .daemon: try runOn()
        }
        return .success
    }

    private func upcoming() throws(CommandError) -> Upcoming {
        let now = Timestamp.now()
        return try reportingZoneErrors { () throws(TimeZoneError) in
            Upcoming(
                try Beat(configuration.entries, default: configuration.zone, at: now),
                at: now
            )
        }
    }

    /// Prints what would be sent, and connects to the broker.
    private func check() throws(CommandError) {
        let upcoming = try upcoming()
        var output = OutputStream(descriptor: 1)
        try output.writeLine("broker  \(common.broker)")
        for (index, entry) in configuration.entries.enumerated() {
            let line =
                "entry   \(entry.name): \(entry.scheduleText): \(entry.task): "
                + upcoming.first(of: index)
            try output.writeLine(Diagnostics.safe(line))
        }
        try output.flush()
        _ = try reportingBrokerErrors { () throws(BrokerError) in
            try transports.openBeat().count(waitingIn: .celery)
        }
    }

    private func runOnce() throws(CommandError) {
        let log = BeatLog(LogOptions(arguments, common).logger("tq-beat"))
        let driver = try driver(grace: Self.graceOfOnce) { event in
            // Without news it prints nothing, so that cron sends no mail.
            switch event {
            case .leads, .follows, .sent, .paused: if common.isVerbose { log.report(event) }
            default: log.report(event)
            }
        }
        _ = try reportingBrokerErrors { () throws(BrokerError) in try driver.runOnce() }
    }

    private func runOn() throws(CommandError) {
        let manager = ServiceManager()
        let signals = SignalQueue([SIGTERM, SIGINT, SIGQUIT, SIGHUP])
        let logger = LogOptions(arguments, common).logger("tq-beat")
        let log = BeatLog(logger)
        let report = { (event: BeatEvent) in
            log.report(event)
            manager.report(event)
        }
        let driver = try driver(grace: .seconds(15), report: report)
        logger.info("tq-beat starts", metadata: ["broker": "\(common.broker)"])
        try reportingBrokerErrors { () throws(BrokerError) in
            try driver.run(
                woken: signals.descriptor,
                orders: {
                    guard let signal = signals.next() else { return nil }
                    guard signal == SIGHUP else { return .stop }
                    report(.reloading)
                    return .reload(reload(logger))
                },
                pulse: manager.pulse
            )
        }
    }

    private func driver(
        grace: Duration,
        report: @escaping (BeatEvent) -> Void
    ) throws(CommandError) -> BeatDriver {
        try reportingZoneErrors { () throws(TimeZoneError) in
            try BeatDriver(
                configuration,
                grace: grace,
                connect: { [transports] () throws(BrokerError) in try transports.openBeat() },
                report: report
            )
        }
    }

    /// Reads the settings again; `nil` if they cannot be used.
    private func reload(_ logger: Logger) -> BeatConfiguration? {
        do throws(CommandError) {
            let settings = try Program.settings(arguments)
            if try CommonOptions(arguments, settings).broker != common.broker {
                logger.warning("another broker is used after a restart only")
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
