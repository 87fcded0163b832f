/// An order to a running worker.
package enum WorkerOrder: Equatable, Sendable {
    /// End when the running tasks have ended; if ordered a second time, at once.
    case stop
    /// End now: running tasks go back to their queues.
    case stopAtOnce
    /// Read the configuration again.
    case reload
    /// Run this many more tasks at once, or fewer.
    case addSlots(Int)

    var isStop: Bool { self == .stop || self == .stopAtOnce }
}

/// Where a ``Worker``'s orders come from.
package protocol WorkerOrderSource: AnyObject {
    /// Becomes readable when there is an order.
    var descriptor: Int32 { get }

    /// The next order; `nil` if there is none.
    func nextOrder() -> WorkerOrder?
}

/// Orders from within the process.
extension Inbox: WorkerOrderSource where Element == WorkerOrder {
    package func nextOrder() -> WorkerOrder? { takeFirst() }
}
