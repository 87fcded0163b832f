internal import Glibc
package import TaskQueue

/// What a worker's process sets up before its first thread is started: the guard is a copy of the process.
// Handed from the thread that makes it to the one that runs the worker, and used by that alone.
package struct WorkerProcess: @unchecked Sendable {
    /// Its signals, as orders.
    package let orders: any WorkerOrderSource
    /// `nil`: it could not be started.
    let guardian: ProcessGuard?

    package init() {
        guardian = ProcessGuard()
        orders = SignalQueue([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU])
    }
}
