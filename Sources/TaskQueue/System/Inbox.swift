internal import Synchronization

/// What any thread puts in and one takes out, which may wait for it with poll(2).
package final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isSignalled = false
    }

    private let state = Mutex(State())
    // Signalled and reset with the lock held: it is signalled exactly while there is something.
    private let event: WakeEvent

    /// - Throws: ``ResourceShortage`` if the process has no descriptor left for it.
    package init() throws(ResourceShortage) {
        event = try WakeEvent()
    }

    /// Readable while there is something, or after ``wake()``.
    package var descriptor: Int32 { event.descriptor }

    package func put(_ element: Element) {
        state.withLock { state in
            state.elements.append(element)
            signal(&state)
        }
    }

    /// Makes ``descriptor`` readable until something, or nothing, is taken.
    package func wake() {
        state.withLock { signal(&$0) }
    }

    /// Takes the oldest.
    ///
    /// - Returns: `nil` if there is nothing.
    package func takeFirst() -> Element? {
        state.withLock { state in
            let first = state.elements.isEmpty ? nil : state.elements.removeFirst()
            if state.elements.isEmpty { reset(&state) }
            return first
        }
    }

    /// Takes all there is, the oldest first.
    package func takeAll() -> [Element] {
        state.withLock { state in
            defer { state.elements = [] }
            reset(&state)
            return state.elements
        }
    }

    /// Waits until ``descriptor`` is readable, or until the deadline (`nil`: as long as it takes).
    package func wait(until deadline: Instant? = nil) {
        event.wait(until: deadline)
    }

    private func signal(_ state: inout State) {
        guard !state.isSignalled else { return }
        state.isSignalled = true
        event.signal()
    }

    private func reset(_ state: inout State) {
        guard state.isSignalled else { return }
        state.isSignalled = false
        event.reset()
    }
}
