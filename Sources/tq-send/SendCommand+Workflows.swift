import CommandSupport
internal import Connections
import TaskQueue
import TaskSettings

/// Sending workflows: tasks that follow each other, groups, signatures.
extension SendCommand {
    /// A signature in a file is no longer than this.
    private static let longestSignature = 256 << 20

    func runWorkflows() throws(CommandError) -> ExitCode {
        var messages = SendingMessages(settings.taskDefaults, replyTo: transports.replyAddress)
        var hasFailed = false
        let signatures = try signatures(&hasFailed)
        let workflows = signatures.map { signature in
            messages.workflow(
                signature,
                from: .ofProcess,
                headers: TraceParent.headers(ThisProcess.variable("TRACEPARENT"))
            )
        }
        if options.isDryRun { return try printMessages(of: workflows) }
        let deadline = options.limit?.deadline
        do throws(CommandError) {
            var sender = Sender(try connected(until: deadline), options)
            var wait = options.waits ? try ResultWait(self) : nil
            try begin(workflows, until: deadline)
            for workflow in workflows {
                try wait?.check(workflow.sequel.messages)
                try sender.send(workflow.sequel.messages, prints: false)
                if wait == nil { try sender.print(workflow) }
            }
            try wait?.wait(for: workflows.flatMap { $0.members ?? [$0.id] })
            return max(wait?.code ?? .success, hasFailed ? .badInput : .success)
        } catch {
            throw error.afterDeadline(deadline)
        }
    }

    /// Tells the place of the results what is to come, before anything is sent.
    private func begin(
        _ workflows: [OutgoingWorkflow],
        until deadline: Instant?
    ) throws(CommandError) {
        let starts = workflows.flatMap(\.sequel.starts)
        try reportingBrokerErrors { () throws(BrokerError) in
            guard transports.keepsResults else {
                // A group is known by its tasks alone then.
                guard starts.isEmpty else { throw transports.cannotCountChords }
                return
            }
            let patience = deadline.map { max($0 - .now, .zero) } ?? .seconds(30)
            let results = try transports.openBackend(
                lockTimeout: min(patience, .seconds(30)),
                until: deadline
            )
            let named = workflows.flatMap(\.named)
            if !named.isEmpty { try results.renew(named) }
            guard let store = results.workflowStore else { return }
            try store.promise(workflows.flatMap(\.promised))
            try store.start(starts)
            for workflow in workflows {
                guard let members = workflow.members else { continue }
                try store.keep(members, of: workflow.id.text)
            }
        }
    }

    /// What is to be sent; `hasFailed` becomes true if a line was passed over (`--keep-going`).
    private func signatures(_ hasFailed: inout Bool) throws(CommandError) -> [Signature] {
        let workflow = options.workflow
        let taskOptions = options.task
        switch options.source {
        case .words(let task, let arguments):
            let first = Signature(TaskDraft(task, arguments, taskOptions))
            return [workflow.signature(beginningWith: first)]
        case .canvas(let path): return [try signature(path)]
        case .lines(let task, let format):
            var members: [Signature] = []
            var lines = lines(task, format, taskOptions)
            try lines.run(
                sentCount: { 0 },
                make: { Signature($0) },
                send: { members += $0 }
            )
            hasFailed = lines.hasFailed
            guard workflow.isGroup else {
                return members.map { workflow.signature(beginningWith: $0) }
            }
            return [workflow.signature(beginningWith: members)]
        }
    }

    /// Reads a signature from a file, or from stdin for `-`.
    private func signature(_ path: String) throws(CommandError) -> Signature {
        let name = path == "-" ? "standard input" : path
        let bytes: [UInt8]
        do throws(FileContentsError) {
            let file = path == "-" ? "/dev/stdin" : path
            bytes = try FileContents(file, limit: Self.longestSignature).bytes
        } catch {
            throw CommandError(.badInput, "cannot read \(name): \(error)")
        }
        let value: JSONText
        do throws(JSONError) { value = try JSONText(bytes) } catch {
            throw CommandError(.badInput, "\(name) is not JSON: \(error)")
        }
        if let problem = Canvas(countsChords: transports.keepsResults).problem(of: value) {
            throw CommandError(.badInput, "\(name) is not a signature that can be sent: \(problem)")
        }
        guard let signature = Signature(value) else {
            throw CommandError(.badInput, "\(name) is not a signature")
        }
        return signature
    }

    private func printMessages(of workflows: [OutgoingWorkflow]) throws(CommandError) -> ExitCode {
        var output = OutputStream(descriptor: 1)
        for message in workflows.flatMap(\.sequel.messages) {
            try output.write(Self.text(of: message))
        }
        try output.flush()
        return .success
    }
}
