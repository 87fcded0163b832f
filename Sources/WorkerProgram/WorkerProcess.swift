package import CommandSupport
internal import Glibc
internal import TaskCommands
package import TaskQueue

/// What a worker's process sets up before its first thread is started: the guard is a copy of the process.
package struct WorkerProcess: @unchecked Sendable {
    // Handed from the thread that makes it to the one that runs the worker; only that one uses it.
    /// Its signals, as orders.
    package let orders: any WorkerOrderSource
    /// `nil`: it could not be started.
    let guardian: ProcessGuard?

    /// - Parameter blocksSignals: whether this thread and those it starts never see the signals. Processes that
    ///   handlers start would inherit that.
    /// - Throws: ``CommandError`` if this machine has no thread or descriptor for it.
    package init(blocksSignals: Bool = true) throws(CommandError) {
        guardian = ProcessGuard()
        do throws(ResourceShortage) {
            let signals = try SignalQueue(
                blocks: blocksSignals,
                [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU]
            )
            // Commands have five seconds, and a program's farewell ten.
            let patience: Duration = .seconds(blocksSignals ? 7 : 17)
            orders = try SignalThread(signals, patience: patience).orders
        } catch { throw CommandError(error) }
    }
}
