import ServiceSupport
import TaskQueue

/// What the service manager is told of a beat's life.
struct ServiceManager {
    /// `nil`: there is none that listens.
    private let socket = NotifySocket()

    func report(_ event: BeatEvent) {
        guard let socket else { return }
        switch event {
        case .ready: socket.send("READY=1")
        case .reloading: socket.sendReloading()
        case .stopping: socket.send("STOPPING=1")
        case .leads: socket.sendAtOnce("STATUS=sends")
        case .follows(let other): socket.sendAtOnce("STATUS=waits while \(other) sends")
        case .brokerFailed(let error, _): socket.sendAtOnce("STATUS=\(error)")
        default: break
        }
    }

    /// Says that all is well, if the manager wants to hear it.
    func pulse() {
        if let socket, socket.watchdog != nil { socket.sendAtOnce("WATCHDOG=1") }
    }
}
