import CommandSupport
import Logging
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
    /// To be called first of all: it makes a copy of the process, which guards the commands.
    ///
    /// - Parameter register: adds the handlers, and may connect before to what they need. If it throws,
    ///   the program ends with status 78.
    public static func run(
        _ register: (inout TaskHandlers) async throws -> Void
    ) async -> Never {
        let interface = CommandInterface.worker(named: Self.name)
        await Program.run(interface) { arguments, settings async throws(CommandError) in
            let process = WorkerProcess(blocksSignals: false)
            let common = try CommonOptions(arguments, settings)
            let services = HandlerServices(
                WorkCommand.logger(arguments, common)
            ) { () throws(TaskQueueError) in
                try TaskQueueClient(settings, common)
            }
            var handlers = TaskHandlers(services)
            do { try await register(&handlers) } catch {
                throw CommandError(.badConfiguration, "cannot begin: \(error)")
            }
            return try await run(arguments, settings, handlers.table, process)
        }
    }

    /// On a thread of its own: the main one may be needed by handlers.
    private static func run(
        _ arguments: ParsedArguments,
        _ settings: Settings,
        _ handlers: HandlerTable,
        _ process: WorkerProcess
    ) async throws(CommandError) -> ExitCode {
        let end = await withCheckedContinuation { continuation in
            Thread.startDetached {
                let end = Result { () throws(CommandError) in
                    try WorkCommand(arguments, settings, handlers: handlers).run(in: process)
                }
                continuation.resume(returning: end)
            }
        }
        return try end.get()
    }

    /// As it was called, without the folder.
    private static var name: String {
        let path = CommandLine.arguments.first ?? "worker"
        return String(path.split(separator: "/").last ?? "worker")
    }
}
