import CommandSupport
internal import Connections
internal import TaskBeat
internal import TaskCommands
import TaskQueue

/// What a worker would do: printed by `--check`, which also tries whether it could.
struct Plan {
    private let options: WorkOptions
    private let common: CommonOptions
    private let transports: Transports
    /// The handlers of this program.
    private let handlers: HandlerTable

    init(
        _ options: WorkOptions,
        _ common: CommonOptions,
        _ transports: Transports,
        handlers: HandlerTable
    ) {
        self.options = options
        self.common = common
        self.transports = transports
        self.handlers = handlers
    }

    /// Prints the plan and connects to broker and backend.
    ///
    /// - Throws: ``CommandError`` if a command cannot be found, or a server not reached.
    func check() throws(CommandError) -> ExitCode {
        var output = OutputStream(descriptor: 1)
        try output.writeLine("worker       \(options.name)")
        try output.writeLine("broker       \(common.broker)")
        try output.writeLine("results      \(common.backend)")
        try output.writeLine("queues       \(options.queues.map(\.text).joined(separator: ", "))")
        try output.writeLine("concurrency  \(options.limits.concurrency)")
        if let beat = options.beat {
            let count = beat.entries.count
            try output.writeLine("beat         \(count) \(count == 1 ? "entry" : "entries")")
        }
        let tasks = options.tasks(handlers)
        for task in tasks { try output.writeLine("task         \(task)") }
        if tasks.isEmpty { try output.writeLine("task         none is configured") }
        try output.flush()
        let problems = options.commands.problems(besides: handlers.names)
        guard problems.isEmpty else {
            throw CommandError(
                .badConfiguration,
                problems.map(\.text).joined(separator: "\n")
            )
        }
        let remarks = options.commands.remarks
        for remark in remarks.mistakes + remarks.risks { Self.diagnostics.note(remark) }
        _ = try reportingBrokerErrors { () throws(BrokerError) in
            let broker = try transports.openBroker()
            _ = try broker.queueCounting?.count(waitingIn: options.queues[0])
            for advice in try broker.advisingBroker?.advice() ?? [] {
                Self.diagnostics.note("warning: \(advice)")
            }
            if !transports.brokerHoldsResults {
                _ = try transports.openBackend().fetch([TaskID("")])
            }
        }
        return .success
    }

    private static var diagnostics: Diagnostics {
        let path = CommandLine.arguments.first ?? "tq-work"
        return Diagnostics(program: path.pathNames.last.map(String.init) ?? path)
    }
}
