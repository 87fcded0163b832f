import Glibc
import Synchronization
import TaskQueue

/// A server that can no more than one of AMQP: queues and connections are all that it knows.
///
/// What a connection has taken is its own until it closes, and then goes back. A connection that is not
/// attended for a while is closed. Nothing else is remembered: no ids, keys, dead letters, or records.
package final class PoorServer: Sendable {
    /// One connection, as the server sees it.
    private struct Link {
        let worker: String
        var attendedAt: Instant
        /// Rings when the server has closed it.
        let wake: WakePipe
    }

    private struct State {
        var lastNumber = 0
        /// By name; those that are open.
        var links: [String: Link] = [:]
        /// Whose connection breaks before its next acknowledgement.
        var breaking: Set<String> = []
        /// When the server looked last for what has fallen due.
        var lookedAt = Timestamp.now()
    }

    /// Where the messages are.
    let messages = MemoryStore(servesHighestFirst: true)
    private let state = Mutex(State())
    private let patience: Duration

    /// Starts the server, which ends with the last that knows it.
    ///
    /// - Parameter patience: for how long a connection may be unattended.
    package init(patience: Duration = .seconds(60)) {
        self.patience = patience
        detachThread { [weak self] in
            // As a server looks at its connections now and then; no event tells that nothing has come.
            while self?.lookAround() != nil { usleep(10_000) }
        }
    }

    /// A new connection of the worker with an id.
    package func connect(_ worker: String = "worker") -> PoorBroker {
        let wake = WakePipe()
        let name = state.withLock { state in
            state.lastNumber += 1
            let name = "\(worker)/\(state.lastNumber)"
            state.links[name] = Link(worker: worker, attendedAt: .now, wake: wake)
            return name
        }
        return PoorBroker(self, connection: name, closing: wake)
    }

    /// Breaks the connections of the worker with an id.
    package func cut(_ worker: String) {
        let names = state.withLock { state in
            state.links.filter { $0.value.worker == worker }.map(\.key)
        }
        for name in names { close(name) }
    }

    /// Breaks the connection of the worker with an id when it has done all of its next call but the
    /// acknowledging.
    package func cutBeforeAcknowledging(_ worker: String) {
        state.withLock { _ = $0.breaking.insert(worker) }
    }

    /// The workers that are connected, one for each connection.
    package var connected: [String] { state.withLock { $0.links.values.map(\.worker).sorted() } }
}

// MARK: - What the contract knows of it

extension PoorServer {
    package static let habits: BrokerHabits = {
        var habits = BrokerHabits()
        habits.priorities = [9, 6, 3, 0]
        habits.tellsNextDue = false
        return habits
    }()

    package var control: ConnectionControl {
        ConnectionControl(
            cut: { self.cut($0) },
            cutBeforeAcknowledging: { self.cutBeforeAcknowledging($0) }
        )
    }
}

// MARK: - What connections ask

extension PoorServer {
    private static func lost(_ reason: String) -> BrokerError {
        .connectionLost(url: "poor://", reason: reason)
    }

    /// A connection shows that it lives.
    ///
    /// - Throws: ``BrokerError/connectionLost(url:reason:)`` if it was closed.
    func attend(_ name: String) throws(BrokerError) {
        let isOpen = state.withLock { state in
            state.links[name]?.attendedAt = .now
            return state.links[name] != nil
        }
        guard isOpen else { throw Self.lost("the server has closed it") }
    }

    /// When a connection is to show again that it lives: long before the server gives it up.
    func deadline(of name: String) -> Instant {
        state.withLock { $0.links[name].map { $0.attendedAt + patience / 4 } ?? .now }
    }

    /// Comes before each acknowledgement.
    func willAcknowledge(_ name: String) throws(BrokerError) {
        let breaks = state.withLock { state in
            state.links[name].map { state.breaking.remove($0.worker) != nil } ?? false
        }
        guard breaks else { return }
        close(name)
        throw Self.lost("it was cut")
    }

    /// Closes a connection, and puts back what it has taken.
    func close(_ name: String) {
        guard let link = state.withLock({ $0.links.removeValue(forKey: name) }) else { return }
        MemoryBroker(messages, worker: name).putAllBack()
        link.wake.signal()
    }
}

// MARK: - What it does by itself

extension PoorServer {
    /// Closes connections that are not attended, and tells of messages that have fallen due.
    private func lookAround() {
        let now = Timestamp.now()
        let (overdue, lookedAt) = state.withLock { state in
            defer { state.lookedAt = now }
            let overdue = state.links.filter { $0.value.attendedAt + patience < .now }
            return (Array(overdue.keys), state.lookedAt)
        }
        for name in overdue { close(name) }
        messages.ringIfDue(after: lookedAt, until: now)
    }
}
