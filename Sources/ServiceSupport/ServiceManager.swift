package import TaskBeat
package import TaskQueue

/// Tells the service manager of the life of a program that stays.
package struct ServiceManager: Sendable {
    /// `nil`: no manager listens.
    private let socket = NotifySocket()

    /// Must be made before the first thread is started: see ``NotifySocket``.
    package init() {}

    /// Tells it of a worker's life.
    package func report(_ event: WorkerEvent) {
        switch event {
        case .ready: socket?.send("READY=1")
        case .reloading: socket?.sendReloading()
        case .stopping: socket?.send("STOPPING=1")
        case .brokerFailed(let error, _): tell("\(error)")
        case .brokerIsBack: tell("")
        default: break
        }
    }

    /// Tells it of a beat's life.
    package func report(_ event: BeatEvent) {
        switch event {
        case .ready: socket?.send("READY=1")
        case .reloading: socket?.sendReloading()
        case .stopping: socket?.send("STOPPING=1")
        case .leads: tell("sends")
        case .follows(let other): tell("waits while \(other) sends")
        case .brokerFailed(let error, _): tell("\(error)")
        default: break
        }
    }

    private func tell(_ status: @autoclosure () -> String) {
        socket?.sendAtOnce("STATUS=\(status())")
    }
}

// MARK: - That all is well

extension ServiceManager {
    /// Twice as often as the manager asks for; `nil`: it does not ask.
    package var pulse: WorkerPulse? {
        socket?.watchdog.map { WorkerPulse(every: $0 / 2, sayAllIsWell) }
    }

    /// Says that all is well, if the manager wants to know.
    package func sayAllIsWell() {
        if let socket, socket.watchdog != nil { socket.sendAtOnce("WATCHDOG=1") }
    }
}
