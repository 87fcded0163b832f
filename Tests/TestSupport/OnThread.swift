/// Runs `body` on a thread of its own, where it may block, and waits for what it returns.
package func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        detachThread { continuation.resume(with: Result(catching: body)) }
    }
}
