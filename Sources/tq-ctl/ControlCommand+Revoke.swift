import CommandSupport
import Decompression
import TaskQueue

extension ControlCommand {
    /// Revokes tasks, and tells who waits for those that have not begun.
    func revoke() throws(CommandError) -> ExitCode {
        let ids = arguments.operands.map { TaskID($0) }
        let statuses = try reportingBrokerErrors { () throws(BrokerError) in
            let results = try transports.openResults(decompress: SystemDecompressor.decompress)
            return try Revocation.revoke(ids, broker, results)
        }
        var code = ExitCode.success
        for (id, status) in zip(ids, statuses) { code = max(code, try report(id, status)) }
        return code
    }

    private func report(_ id: TaskID, _ status: ResultStatus) throws(CommandError) -> ExitCode {
        var code = ExitCode.success
        var state: String?
        switch status {
        case .stored(let result):
            state = result.state.rawValue
            if status.isFinal { note("task \(id) has ended already: \(result.state.rawValue)") }
        case .pending: state = TaskState.pending.rawValue
        case .unknown where SentRecord(id) != nil:
            code = .noSuchTask
            diagnostics.error(
                "no task \(id) is known: it is revoked all the same, if it waits without a result"
            )
        case .unknown: break
        }
        try printIfJSON([
            Field("id", .text(id.text)), Field("state", .text(state)),
            Field("revoked", .flag(!status.isFinal, word: "revoked")),
        ])
        return code
    }
}
