import Synchronization

/// Where a handler tells a test that it runs, and waits until it may go on.
final class Gate: Sendable {
    private struct State {
        var begun = 0
        var ended = 0
        var cancelled = 0
        var isOpen = false
    }

    private let state = Mutex(State())

    var begun: Int { state.withLock { $0.begun } }
    var ended: Int { state.withLock { $0.ended } }
    var cancelled: Int { state.withLock { $0.cancelled } }

    func open() { state.withLock { $0.isOpen = true } }

    /// - Throws: `CancellationError` if the handler is cancelled meanwhile.
    func pass() async throws {
        state.withLock { $0.begun += 1 }
        do {
            while !state.withLock({ $0.isOpen }) { try await Task.sleep(for: .milliseconds(10)) }
        } catch {
            state.withLock { $0.cancelled += 1 }
            throw error
        }
        state.withLock { $0.ended += 1 }
    }
}
