internal import Synchronization

/// What the worker's thread and its broker lane tell each other.
final class LaneMailbox: Sendable {
    /// What the worker wants of the lane, as it stands: the lane takes it out whenever it comes round.
    struct Orders {
        var settlements: [WorkerState.Settlement] = []
        var progress: [ProgressReport] = []
        /// So many tasks in all may be taken.
        var granted = 0
        /// So many tasks in all have come to the worker.
        var received = 0
        /// How far the worker is by itself, when those have come.
        var solitude = Solitude.alone
        /// From which tasks are taken.
        var queues: [QueueName]
        /// Comes back with a look at the queues that began after it was set.
        var serial = 0
        /// Whether to look at the queues although they were empty at the last look.
        var looksAgain = false
        /// Whether to end when all is written.
        var isClosing = false
        /// Whether to end as it is.
        var isAbandoned = false
        /// Whether the lane has been woken, and has not come round since.
        fileprivate var isRung = false
    }

    private let orders: Mutex<Orders>
    private let reports = Mutex<[LaneReport]>([])
    // Rung and silenced with the lock held: a bell is rung while there is something, and only then.
    private let laneBell: Bell
    private let workerBell: Bell

    init(queues: [QueueName]) throws(ResourceShortage) {
        laneBell = try Bell()
        workerBell = try Bell()
        orders = Mutex(Orders(queues: queues))
    }

    /// Become readable when there is something for the lane, or for the worker.
    var laneDescriptor: Int32 { laneBell.descriptor }
    var workerDescriptor: Int32 { workerBell.descriptor }

    // MARK: The worker's side

    /// Changes the orders.
    ///
    /// - Parameter body: says whether the lane is to be woken for that.
    func order(_ body: (inout Orders) -> Bool) {
        orders.withLock { orders in
            guard body(&orders), !orders.isRung else { return }
            orders.isRung = true
            laneBell.ring()
        }
    }

    /// What the lane has told since the last call.
    func takeReports() -> [LaneReport] {
        reports.withLock { reports in
            // It has been rung for the first of them.
            guard !reports.isEmpty else { return [] }
            workerBell.silence()
            defer { reports = [] }
            return reports
        }
    }

    // MARK: The lane's side

    /// The orders; settlements and progress are taken out.
    func takeOrders() -> Orders {
        orders.withLock { orders in
            if orders.isRung { laneBell.silence() }
            defer {
                orders.isRung = false
                orders.settlements = []
                orders.progress = []
                orders.looksAgain = false
            }
            return orders
        }
    }

    func report(_ report: LaneReport) {
        reports.withLock { reports in
            reports.append(report)
            if reports.count == 1 { workerBell.ring() }
        }
    }
}

/// What the broker lane tells the worker.
enum LaneReport: Sendable {
    /// Connected, for the first time or again after ``failed(_:retryIn:)``.
    case opened
    case taken([Delivery])
    /// So many settlements were written, or found to be of tasks that were not held any more.
    case settled(Int)
    /// The queues were looked at.
    case looked(QueueLook)
    case failed(BrokerError, retryIn: Duration)
    /// All is written, and the lane has ended.
    case closed
}

/// One look at the queues.
struct QueueLook: Sendable {
    /// Whether it found less than was asked for, and left nothing that is under suspicion.
    let isEmpty: Bool
    /// How far the worker is by itself after it, and what was left because of that.
    let solitude: Solitude
    let suspectsLeft: SuspectsLeft
    /// Of the orders that it followed.
    let serial: Int
    /// By the broker's clock.
    let time: Timestamp
    /// How far the broker's clock is ahead of ours.
    let clockOffset: Duration
}
