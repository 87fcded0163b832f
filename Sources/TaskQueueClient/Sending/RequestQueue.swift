internal import Synchronization
internal import TaskQueue

/// Requests for a thread that is started with the first of them: what comes in while it is busy, it takes all
/// at once.
final class RequestQueue<Request: Sendable>: Sendable {
    private struct State {
        var isStarted = false
        var isStopped = false
        var hasEnded = false
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let inbox: Inbox<Request>
    private let work: @Sendable (RequestQueue) -> Void

    /// - Parameter work: what the thread does; it ends when this returns.
    /// - Throws: ``TaskQueueError`` if the process has no descriptor left.
    init(_ work: @escaping @Sendable (RequestQueue) -> Void) throws(TaskQueueError) {
        do throws(ResourceShortage) { inbox = try Inbox() } catch {
            throw TaskQueueError(.shortage(error))
        }
        self.work = work
    }

    // MARK: Those who request

    /// - Throws: ``TaskQueueError/closed``, or that no thread can be started for it.
    func add(_ request: Request) throws(TaskQueueError) {
        let (isClosed, starts) = state.withLock { state in
            guard !state.isStopped else { return (true, false) }
            inbox.put(request)
            defer { state.isStarted = true }
            return (false, !state.isStarted)
        }
        if isClosed { throw .closed }
        guard starts else { return }
        do throws(ResourceShortage) { try start() } catch {
            // What others have added meanwhile waits for the next.
            state.withLock { state in
                state.isStarted = false
                _ = inbox.takeFirst()
            }
            throw TaskQueueError(.shortage(error))
        }
    }

    /// Takes no more requests, and has the thread end when it has done what was ordered.
    func stop() {
        state.withLock { $0.isStopped = true }
        inbox.wake()
    }

    /// Stops, and waits until the thread has done its last.
    func end() async {
        stop()
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.isStarted, !state.hasEnded else { return true }
                state.waitingForEnd.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func start() throws(ResourceShortage) {
        try Thread.startDetached { [self] in
            work(self)
            let waiting = state.withLock { state in
                state.hasEnded = true
                return state.waitingForEnd
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    // MARK: The thread

    /// Readable when there are requests that were not taken, or there will be no more.
    var descriptor: Int32 { inbox.descriptor }

    /// Takes what was ordered.
    ///
    /// - Returns: the requests, and whether there will be no more.
    func take() -> (requests: [Request], isStopped: Bool) {
        let requests = inbox.takeAll()
        guard state.withLock(\.isStopped) else { return (requests, false) }
        // From then on none comes in.
        return (requests + inbox.takeAll(), true)
    }

    /// Waits until ``descriptor`` is readable, or until the deadline (`nil`: as long as it takes).
    func wait(until deadline: Instant? = nil) {
        inbox.wait(until: deadline)
    }
}
