internal import Glibc
package import TaskQueue

/// What a worker's process sets up before its first thread is started: signals are taken by threads that
/// are there already, and the guard is a copy of the process.
package struct WorkerProcess {
    /// Its signals, as orders.
    package let orders: any WorkerOrderSource
    /// `nil`: it could not be started.
    let guardian: ProcessGuard?

    package init() {
        guardian = ProcessGuard()
        orders = SignalQueue([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGTTIN, SIGTTOU])
    }
}
