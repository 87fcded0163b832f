internal import TaskQueue
package import TaskSettings

/// What a command's end means for its task.
package struct ExitRule: Equatable, Sendable {
    /// `EX_TEMPFAIL` of sysexits.h, and qmail's: try again later.
    private static let retryStatuses: Set<Int32> = [75, 111]
    /// `EX_DATAERR` of sysexits.h, and qmail's: another try would not help.
    private static let fatalStatuses: Set<Int32> = [65, 100]

    /// `fatal_on`: goes before everything below.
    package var fatalOn: [ExitCondition] = []
    /// `retry_on`: goes before the usual meaning of exit statuses.
    package var retryOn: [ExitCondition] = []

    package init() {}

    /// Decides on a command that has ended by itself.
    ///
    /// - Parameters:
    ///   - status: how it ended.
    ///   - output: what it wrote.
    ///   - breach: the limit that it broke; `nil`: none.
    /// - Returns: what came out; a command that ended with status 0 has broken no limit.
    func outcome(
        of status: ExitStatus,
        output: CommandOutput,
        breach: LimitBreach?
    ) -> TaskOutcome {
        let traceback = output.traceback
        if status == .exited(0) {
            do throws(ResultLoss) { return .success(try output.value()) } catch {
                return .failure(error.failure, traceback: traceback)
            }
        }
        let failure = breach?.failure(Self.reason(status)) ?? .command(Self.reason(status))
        // It was made to end: the status says nothing.
        if case .result = breach { return .failure(failure, traceback: traceback) }
        if fatalOn.contains(where: { $0.matches(status) }) {
            return .fatal(failure, traceback: traceback)
        }
        if retryOn.contains(where: { $0.matches(status) && !($0 == .any && Self.isFatal(status)) })
        {
            return .retry(delay: Self.delay(status, output), failure, traceback: traceback)
        }
        switch status {
        case .exited(let code) where Self.retryStatuses.contains(code):
            return .retry(delay: Self.delay(status, output), failure, traceback: traceback)
        case .exited(let code) where Self.fatalStatuses.contains(code):
            return .fatal(failure, traceback: traceback)
        default:
            return .failure(failure, traceback: traceback)
        }
    }

    /// Whether the command itself says that another try is useless.
    private static func isFatal(_ status: ExitStatus) -> Bool {
        fatalStatuses.contains { status == .exited($0) }
    }

    static func reason(_ status: ExitStatus) -> String {
        switch status {
        case .exited(let code) where retryStatuses.contains(code):
            "exit status \(code): asked to be tried again"
        case .exited(let code) where fatalStatuses.contains(code):
            "exit status \(code): failed for good"
        case .exited(let code): "exit status \(code)"
        case .signalled(let signal): "killed by \(SignalName.of(signal))"
        }
    }

    /// The seconds on the last line of stdout, for a status that asks for another try; `nil` if it is not a
    /// number, or the status does not ask.
    private static func delay(_ status: ExitStatus, _ output: CommandOutput) -> Duration? {
        guard case .exited(let code) = status, retryStatuses.contains(code) else { return nil }
        let end = output.result.lastIndex { $0 != 0x0A && $0 != 0x20 && $0 != 0x0D }
        guard let end else { return nil }
        let line = output.result[...end].suffix(32).split(separator: 0x0A).last ?? []
        return try? DurationText.parse(String(decoding: line, as: UTF8.self))
    }
}

extension ExitCondition {
    /// Whether a command that ended this way meets it.
    func matches(_ status: ExitStatus) -> Bool {
        switch self {
        case .status(let code): status == .exited(code)
        case .signal(let signal): status == .signalled(signal)
        case .any: true
        }
    }
}
