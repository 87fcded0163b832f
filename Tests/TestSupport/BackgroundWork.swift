import Synchronization

/// Something that goes on on a thread of its own, from when it is made: also while all of Swift's
/// threads are blocked by tests.
package final class BackgroundWork: Sendable {
    private let outcome = Mutex<Result<Void, any Error>?>(nil)

    package init(_ body: @escaping @Sendable () throws -> Void) {
        detachThread { [self] in
            let result = Result(catching: body)
            outcome.withLock { $0 = result }
        }
    }

    /// Waits until it has ended.
    ///
    /// - Throws: what it has thrown.
    package func end() async throws {
        try await eventually(timeout: .seconds(60)) { outcome.withLock { $0 != nil } }
        try outcome.withLock { $0 }?.get()
    }
}
