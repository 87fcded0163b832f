internal import CommandLineOptions
import CommandSupport
internal import Connections
public import Logging
import TaskQueue
import WorkerProgram

/// A program that handles tasks, with the options, settings, signals and `--help` of `tq-work`.
///
/// ```swift
/// import TaskQueueWorker
///
/// await TaskProgram.run { tasks in
///     tasks.on("add") { (_, x: Int, y: Int) in x + y }
/// }
/// ```
public enum TaskProgram {
    /// Runs the program, and ends the process when it is told to stop.
    ///
    /// Call it first of all: it makes a copy of the process, which guards the commands.
    ///
    /// ```swift
    /// await TaskProgram.run { tasks in
    ///     tasks.on("add") { (_, x: Int, y: Int) in x + y }
    /// } farewell: {
    ///     print("closing what the handlers have used")
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - logger: where the worker and ``TaskContext/logger`` write; `nil`: where `LoggingSystem` was told
    ///     to, if it was before, else lines on standard error. `--log-level` applies to it, `--log-format` only
    ///     to the latter.
    ///   - register: adds the handlers, and may first connect to what they need. If it throws, the program
    ///     ends with status 78.
    ///   - farewell: closes what the handlers have used, once no more tasks are taken and all handlers have
    ///     ended or were left behind; ten seconds later the process ends in any case.
    public static func run(
        logger: Logger? = nil,
        _ register: (inout TaskHandlers) async throws -> Void,
        farewell: (@Sendable () async -> Void)? = nil
    ) async -> Never {
        let interface = CommandInterface.worker(named: Self.name)
        await Program.run(interface) { arguments, settings async throws(CommandError) in
            let process = try WorkerProcess(blocksSignals: false)
            let common = try CommonOptions(arguments, settings)
            let logger = Self.logger(logger, arguments, common)
            let services = HandlerServices(
                logger,
                workerName: WorkCommand.workerName(arguments)
            ) { () throws(TaskQueueError) in
                try TaskQueueClient(settings, common)
            }
            var handlers = TaskHandlers(services)
            let table: HandlerTable
            do {
                try await register(&handlers)
                table = try handlers.checked()
            } catch {
                throw CommandError(.badConfiguration, "cannot begin: \(error)")
            }
            let command = try WorkCommand(arguments, settings, handlers: table, logger: logger)
            try start(command, process, farewell, interface)
            // The worker's thread ends the process. Until then this waits for what never comes.
            while true { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        }
    }

    /// On its own thread, which also ends the process: handlers may hold all others.
    private static func start(
        _ command: WorkCommand,
        _ process: WorkerProcess,
        _ farewell: (@Sendable () async -> Void)?,
        _ interface: CommandInterface
    ) throws(CommandError) {
        do throws(ResourceShortage) {
            try Thread.startDetached {
                let end = Result { () throws(CommandError) in try command.run(in: process) }
                if let farewell { Farewell.say(farewell) }
                Program.end(interface, with: end)
            }
        } catch { throw CommandError(error) }
    }

    private static func logger(
        _ given: Logger?,
        _ arguments: ParsedArguments,
        _ common: CommonOptions
    ) -> Logger {
        let own = given ?? Logger(label: "tq")
        // What nobody has set up writes so.
        if given == nil, own.handler is StreamLogHandler {
            return WorkCommand.logger(arguments, common)
        }
        return WorkCommand.logger(own, arguments, common)
    }

    /// The name by which it was called, without the folder.
    private static var name: String {
        let path = CommandLine.arguments.first ?? "worker"
        return String(path.split(separator: "/").last ?? "worker")
    }
}
