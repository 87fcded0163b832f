import Glibc
import TaskQueue

/// What the service manager is told of a worker's life.
struct ServiceManager: Sendable {
    /// `nil`: there is none that listens.
    private let socket = NotifySocket()

    /// Twice as often as the manager asks for; `nil`: it does not ask.
    var pulse: WorkerPulse? {
        guard let socket, let watchdog = socket.watchdog else { return nil }
        return WorkerPulse(every: watchdog / 2) { socket.send("WATCHDOG=1") }
    }

    func report(_ event: WorkerEvent) {
        guard let socket else { return }
        switch event {
        case .ready: socket.send("READY=1")
        case .reloading: socket.send("RELOADING=1", "MONOTONIC_USEC=\(Self.monotonicTime)")
        case .stopping: socket.send("STOPPING=1")
        case .brokerFailed(let error, _): socket.send("STATUS=\(error)")
        case .brokerIsBack: socket.send("STATUS=")
        default: break
        }
    }

    /// As sd_notify(3) wants it with `RELOADING=1`.
    private static var monotonicTime: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
