import Logging
import Synchronization

/// What the handlers of one worker share.
final class HandlerServices: Sendable {
    let logger: Logger
    /// As operators see it: `tq@host`.
    let workerName: String
    private let makeClient: @Sendable () throws(TaskQueueError) -> TaskQueueClient
    private let made = Mutex<TaskQueueClient?>(nil)

    /// - Parameters:
    ///   - logger: the worker's.
    ///   - workerName: the worker's.
    ///   - makeClient: makes a client of the worker's own broker, when a handler first asks for it.
    init(
        _ logger: Logger,
        workerName: String,
        _ makeClient: @escaping @Sendable () throws(TaskQueueError) -> TaskQueueClient
    ) {
        self.logger = logger
        self.workerName = workerName
        self.makeClient = makeClient
    }

    /// The one client of all handlers.
    func client() throws(TaskQueueError) -> TaskQueueClient {
        try made.withLock { made throws(TaskQueueError) in
            if let made { return made }
            let new = try makeClient()
            made = new
            return new
        }
    }
}
