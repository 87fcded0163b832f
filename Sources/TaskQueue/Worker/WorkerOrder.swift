/// What a worker is told while it runs.
package enum WorkerOrder: Equatable, Sendable {
    /// To end when what runs has ended; told a second time, at once.
    case stop
    /// To end now: what runs goes back to its queue.
    case stopAtOnce
    /// To read its configuration again.
    case reload
    /// To run so many tasks more at once, or fewer.
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
