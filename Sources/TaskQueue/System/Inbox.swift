internal import Synchronization

/// What any thread puts in and one takes out, which may wait for it with poll(2).
package final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isRung = false
    }

    private let state = Mutex(State())
    // Rung and silenced with the lock held: a bell is rung exactly while there is something.
    private let bell: Bell

    /// - Throws: ``ResourceShortage`` if the process has no descriptor left for it.
    package init() throws(ResourceShortage) {
        bell = try Bell()
    }

    /// Readable while there is something, or after ``wake()``.
    package var descriptor: Int32 { bell.descriptor }

    package func put(_ element: Element) {
        state.withLock { state in
            state.elements.append(element)
            ring(&state)
        }
    }

    /// Makes ``descriptor`` readable until something, or nothing, is taken.
    package func wake() {
        state.withLock { ring(&$0) }
    }

    /// Takes the oldest.
    ///
    /// - Returns: `nil` if there is nothing.
    package func takeFirst() -> Element? {
        state.withLock { state in
            let first = state.elements.isEmpty ? nil : state.elements.removeFirst()
            if state.elements.isEmpty { silence(&state) }
            return first
        }
    }

    /// Takes all there is, the oldest first.
    package func takeAll() -> [Element] {
        state.withLock { state in
            defer { state.elements = [] }
            silence(&state)
            return state.elements
        }
    }

    /// Waits until ``descriptor`` is readable, or until the deadline (`nil`: as long as it takes).
    package func wait(until deadline: Instant? = nil) {
        bell.wait(until: deadline)
    }

    private func ring(_ state: inout State) {
        guard !state.isRung else { return }
        state.isRung = true
        bell.ring()
    }

    private func silence(_ state: inout State) {
        guard state.isRung else { return }
        state.isRung = false
        bell.silence()
    }
}
