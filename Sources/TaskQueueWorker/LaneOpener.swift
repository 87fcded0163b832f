import TaskQueue

/// Begins what runs handlers, from within a Swift task that has the task-local values of the one in which
/// this is made.
final class LaneOpener: Sendable {
    private let orders: AsyncStream<@Sendable () -> Void>.Continuation

    init() {
        let (stream, orders) = AsyncStream.makeStream(of: (@Sendable () -> Void).self)
        self.orders = orders
        Task(executorPreference: ThreadExecutor.handlers) {
            for await order in stream { order() }
        }
    }

    @Sendable
    func open(_ order: @escaping @Sendable () -> Void) { orders.yield(order) }

    /// Requests that come later are not started.
    func end() { orders.finish() }
}
