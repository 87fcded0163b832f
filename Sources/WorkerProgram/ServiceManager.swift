import ServiceSupport
import TaskQueue

/// What the service manager is told of a worker's life.
struct ServiceManager: Sendable {
    /// `nil`: there is none that listens.
    private let socket = NotifySocket()

    /// Twice as often as the manager asks for; `nil`: it does not ask.
    var pulse: WorkerPulse? {
        guard let socket, let watchdog = socket.watchdog else { return nil }
        return WorkerPulse(every: watchdog / 2) { socket.sendAtOnce("WATCHDOG=1") }
    }

    func report(_ event: WorkerEvent) {
        guard let socket else { return }
        switch event {
        case .ready: socket.send("READY=1")
        case .reloading: socket.sendReloading()
        case .stopping: socket.send("STOPPING=1")
        case .brokerFailed(let error, _): socket.sendAtOnce("STATUS=\(error)")
        case .brokerIsBack: socket.sendAtOnce("STATUS=")
        default: break
        }
    }
}
