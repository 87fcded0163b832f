/// What a command's end means for its task.
enum ExitRule {
    /// `EX_TEMPFAIL` of sysexits.h, and qmail's: try again later.
    private static let retryStatuses: Set<Int32> = [75, 111]
    /// `EX_DATAERR` of sysexits.h, and qmail's: no other try will mend it.
    private static let fatalStatuses: Set<Int32> = [65, 100]

    static func outcome(of status: ExitStatus, output: CommandOutput, limit: Int) -> TaskOutcome {
        if status == .exited(0) {
            guard !output.isTooLong else {
                let reason = "wrote more than result_max_bytes (\(limit)) to stdout"
                return .failure(failure(reason), traceback: output.traceback)
            }
            return .success(output.value)
        }
        let traceback = output.traceback
        switch status {
        case .exited(let code) where retryStatuses.contains(code):
            return .retry(
                delay: delay(output),
                failure("exit status \(code): asked to be tried again"),
                traceback: traceback
            )
        case .exited(let code) where fatalStatuses.contains(code):
            return .fatal(failure("exit status \(code): failed for good"), traceback: traceback)
        case .exited(let code):
            return .failure(failure("exit status \(code)"), traceback: traceback)
        case .signalled(let signal):
            return .failure(failure("killed by \(SignalName.of(signal))"), traceback: traceback)
        }
    }

    static func failure(_ reason: String) -> TaskFailure {
        TaskFailure(type: "CommandFailed", message: reason, module: "tq")
    }

    /// The seconds on the last line of stdout; `nil` if it is no number.
    private static func delay(_ output: CommandOutput) -> Duration? {
        let lines = output.result.split(separator: 0x0A)
        guard let last = lines.last else { return nil }
        return try? DurationText.parse(String(decoding: last, as: UTF8.self))
    }
}
