package import Logging
package import TaskBeat
internal import TaskQueue
internal import TaskSchedules

/// Writes to a log what a beat does.
package struct BeatLog: Sendable {
    private let logger: Logger

    package init(_ logger: Logger) {
        self.logger = logger
    }

    package func report(_ event: BeatEvent) {
        switch event {
        case .ready: break
        case .leads(let entries):
            logger.info("sends periodic tasks", metadata: ["entries": .stringConvertible(entries)])
        case .follows(let other):
            logger.info("\(other) sends: waiting to take its place")
        case .sent(let entry, let id, let instant, let lateness):
            var fields = Self.fields(entry, instant)
            fields["id"] = "\(id)"
            if lateness >= .seconds(1) {
                fields["late"] = .stringConvertible(LoggedDuration(lateness))
            }
            logger.info("sent", metadata: fields)
        case .overlapped(let entry, let holder, let instant):
            logger.notice(
                "left out: task \(holder) of an earlier firing has not ended",
                metadata: Self.fields(entry, instant)
            )
        case .paused(let entry, let instant):
            logger.info("left out: it is paused", metadata: Self.fields(entry, instant))
        case .passed(let entry, let instant):
            logger.debug("was sent before", metadata: Self.fields(entry, instant))
        case .ahead(let entry, let last):
            let sentence =
                "fired at \(last.iso8601), which this machine's clock has not reached: nothing is sent "
                + "before then. If a clock was wrong: tq-ctl beat forget, and SIGHUP"
            logger.error("\(sentence)", metadata: ["entry": "\(entry.name)"])
        case .leftOut(let name, let reason):
            logger.warning("a live entry is left out: \(reason)", metadata: ["entry": "\(name)"])
        case .changed(let count):
            logger.info("live entries have changed", metadata: ["live": .stringConvertible(count)])
        case .reloading: logger.notice("reading the settings again")
        case .brokerFailed(let error, let pause):
            logger.error("\(error): trying again in \(Self.text(pause))")
        case .brokerIsBack: logger.notice("the broker is back")
        case .stopping: logger.info("stopping")
        }
    }

    /// Warns if only entries that are added in the broker are sent: that may be a mistake.
    package func warnIfOnlyLive(_ configuration: BeatConfiguration) {
        guard configuration.entries.isEmpty else { return }
        logger.warning("no entry in the settings: only live entries, of tq-ctl beat add, are sent")
    }

    private static func fields(_ entry: BeatEntry, _ instant: Timestamp) -> Logger.Metadata {
        ["entry": "\(entry.name)", "task": "\(entry.task)", "at": "\(instant.iso8601)"]
    }

    /// To the millisecond, which is enough for people.
    private static func text(_ length: Duration) -> String {
        DurationText.format(.milliseconds(length.microseconds / 1000))
    }
}
