import CommandSupport
internal import Connections
import Decompression
import TaskQueue

/// Waits for what `tq-send` has sent, and prints what comes out.
struct ResultWait {
    private let command: SendCommand
    private var printer: ResultPrinter
    private var waiter: ResultWaiter
    private let notice: AbsenceNotice?
    /// The worst of what came out so far.
    private(set) var code = ExitCode.success

    /// Connects to where the results are.
    init(_ command: SendCommand) throws(CommandError) {
        let options = command.options
        let end = options.limit?.deadline
        self.command = command
        printer = ResultPrinter(
            options.printsJSON ? .json : .result,
            diagnostics: command.diagnostics,
            isRaw: options.isRaw,
            printsNull: false
        )
        notice =
            command.common.isQuiet
            ? nil : command.transports.absenceNotice(command.diagnostics, until: end)
        waiter = ResultWaiter(
            try reportingBrokerErrors { () throws(BrokerError) in
                try command.transports.openResults(
                    decompress: SystemDecompressor.decompress,
                    until: end
                )
            },
            limit: options.limit,
            display: options.progress.map {
                ProgressDisplay($0, diagnostics: command.diagnostics)
            },
            notice: notice
        )
    }

    /// Refuses to wait for tasks whose results are not stored.
    func check(_ messages: [OutgoingMessage]) throws(CommandError) {
        if let message = messages.first(where: { !$0.expectsResult }) {
            throw CommandError(
                .badConfiguration,
                "no result of task \(message.task) is stored (ignore_result), so --wait cannot end"
            )
        }
        notice?.queues.formUnion(messages.map(\.queue))
    }

    /// Waits for tasks that were sent, and prints their results in this order.
    mutating func wait(for ids: [TaskID]) throws(CommandError) {
        let underWay = command.underWay(ids)
        if !command.common.isQuiet { command.diagnostics.sayLast(underWay) }
        defer { command.diagnostics.sayLast(nil) }
        do throws(CommandError) {
            try waiter.waitInOrder(ids) { result throws(CommandError) in
                code = max(code, try printer.print(result))
            }
            try printer.flush()
        } catch {
            // That one names the task.
            if error.code == .timedOut && ids.count == 1 { throw error }
            throw error.adding(sentence: underWay ?? "")
        }
    }
}
