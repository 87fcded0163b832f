import CommandLineOptions
import CommandSupport
import Connections
import Decompression
import TaskQueue

extension ControlCommand {
    /// Revokes tasks, and tells those who wait for tasks that have not begun.
    func revoke() throws(CommandError) -> ExitCode {
        let ids = arguments.operands.map { TaskID($0) }
        let findings = try reportingBrokerErrors { () throws(BrokerError) in
            let results = try transports.openResults(
                decompress: SystemDecompressor.decompress,
                replyTimeout: .seconds(10)
            )
            return try Revocation.revoke(ids, broker, results)
        }
        var code = ExitCode.success
        for (id, finding) in zip(ids, findings) { code = max(code, try report(id, finding)) }
        return code
    }

    private func report(
        _ id: TaskID,
        _ finding: Revocation.Finding
    ) throws(CommandError) -> ExitCode {
        var state: String?
        switch finding.status {
        case .stored(let result): state = result.state.rawValue
        case .pending: state = TaskState.pending.rawValue
        case .unknown: break
        }
        let hasEnded = finding.status.isFinal
        if hasEnded {
            note("task \(id) has ended already: \(state ?? "")")
        } else if finding.isHeld {
            note("task \(id) runs already: it goes on, and is not tried again")
        } else if finding.isKnown {
            let isSeen = broker.taskRevoking?.searches ?? true
            let rest = isSeen ? "" : "; \(broker.kind) cannot tell whether it waits"
            note("task \(id) is revoked: it will not run\(rest)")
        } else {
            diagnostics.error(
                "no task \(id) is known: it will not run if it is sent within a week"
            )
        }
        try printIfJSON([
            Field("id", .text(id.text)), Field("state", .text(state)),
            Field("revoked", .flag(!hasEnded, word: "revoked")),
            Field("running", .flag(finding.isHeld, word: "running")),
        ])
        return finding.isKnown ? .success : .noSuchTask
    }
}
