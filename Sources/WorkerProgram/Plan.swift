import CommandSupport
import TaskQueue

/// What a worker would do: printed by `--check`, which also tries whether it could.
struct Plan {
    private let options: WorkOptions
    private let common: CommonOptions
    private let transports: Transports
    /// Names of the tasks that are run by handlers of this program.
    private let handlers: [TaskName]

    init(
        _ options: WorkOptions,
        _ common: CommonOptions,
        _ transports: Transports,
        handlers: HandlerTable
    ) {
        self.options = options
        self.common = common
        self.transports = transports
        self.handlers = handlers.names
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
        for task in handlers {
            try output.writeLine("task         \(task): a handler of this program")
        }
        let commands = options.commands.plan.filter { entry in
            !handlers.contains { $0.text == entry.task }
        }
        for entry in commands {
            try output.writeLine("task         \(entry.task): \(entry.command)")
        }
        if handlers.isEmpty, commands.isEmpty {
            try output.writeLine("task         none is configured")
        }
        try output.flush()
        let missing = commands.compactMap { entry in
            entry.command.problem.map { "task \(entry.task): \($0)" }
        }
        guard missing.isEmpty else {
            throw CommandError(.badConfiguration, missing.joined(separator: "\n"))
        }
        _ = try reportingBrokerErrors { () throws(BrokerError) in
            _ = try transports.openBroker().count(waitingIn: options.queues[0])
            _ = try transports.openBackend().fetch([TaskID("")])
        }
        return .success
    }
}
