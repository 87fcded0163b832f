internal import TaskQueue

/// A task that was sent: access to its result, from anywhere and any number of times.
public struct SentTask<Output: Decodable & Sendable>: Sendable {
    /// A UUID, unless its sender named another.
    public let id: String
    /// False: another task holds the unique key, and this is that task; nothing was sent.
    public let isNew: Bool

    private let client: TaskQueueClient
    private let keepsResult: Bool
    private let waiting: WaitNotice?
    /// Whether the client has sent it, or knows that it exists.
    private let wasSent: Bool

    init(
        _ id: TaskID,
        isNew: Bool,
        keepsResult: Bool,
        wasSent: Bool,
        _ client: TaskQueueClient,
        _ waiting: WaitNotice? = nil
    ) {
        self.wasSent = wasSent
        self.id = id.text
        self.isNew = isNew
        self.keepsResult = keepsResult
        self.client = client
        self.waiting = waiting
    }

    /// The same, for a handler: its worker is told when it waits.
    package func telling(_ waiting: WaitNotice) -> SentTask {
        SentTask(
            taskID,
            isNew: isNew,
            keepsResult: keepsResult,
            wasSent: wasSent,
            client,
            waiting
        )
    }

    private var taskID: TaskID { TaskID(id) }

    /// Waits for the task to end.
    ///
    /// An outage of the server does not end the wait, and the wait does not notice if nobody knows the id. In a
    /// handler it holds a slot of its worker meanwhile: when all slots are held by tasks that wait for others, nothing
    /// runs any more, and the worker's log says so. Give the awaited tasks their own queue and worker, or set a
    /// timeout.
    ///
    /// - Parameter timeout: how long to wait; zero looks once, `nil` waits as long as it takes.
    /// - Returns: the task's result.
    /// - Throws: ``TaskError`` if the task failed or was revoked; `CancellationError` if the Swift task was
    ///   cancelled; else ``TaskQueueError``, of the kind `timedOut` if it has not ended in time, and `result`
    ///   if its worker keeps no result.
    public func value(timeout: Duration? = nil) async throws -> Output {
        guard keepsResult else { throw TaskQueueError.noResult(of: taskID) }
        let record: StoredResult
        waiting?.begin()
        defer { waiting?.end() }
        do throws(TaskQueueError) {
            record = try await client.results.result(
                of: taskID,
                isExpected: wasSent,
                timeout: timeout
            )
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            throw error
        }
        guard record.state != .gone else { throw TaskQueueError.noResult(of: taskID) }
        guard record.state == .success else { throw TaskError(ofEnded: record) }
        do { return try TaskCoding.decode(from: record.result) } catch {
            throw TaskQueueError.notDecoded("the result of task \(id)", as: Output.self, error)
        }
    }

    /// Looks up where the task stands.
    ///
    /// - Throws: ``TaskQueueError``.
    public func status() async throws(TaskQueueError) -> TaskStatus {
        TaskStatus(try await client.results.status(of: taskID))
    }

    /// What the task reports while it runs, from the last report on; of those that come faster than they are
    /// read, the last.
    ///
    /// The sequence ends when the task does, however that is; it throws a ``TaskQueueError`` if a report is of
    /// another type, no result is kept, the server cannot be used, or the client is closed.
    ///
    /// ```swift
    /// struct Steps: Decodable { var current, total: Int }
    ///
    /// for try await steps in task.progress(Steps.self) {
    ///     print("\(steps.current) of \(steps.total)")
    /// }
    /// print(try await task.value())
    /// ```
    public func progress<Report: Decodable & Sendable>(
        _ type: Report.Type = Report.self
    ) -> some AsyncSequence<Report, any Error> & Sendable {
        progressRecords.filter { record in
            record.state != .started && record.state != .retry
        }.map { record in
            // This task has the client, which so lives as long as the sequence.
            try self.report(type, of: record)
        }
    }

    private var progressRecords: AsyncThrowingStream<StoredResult, any Error> {
        guard !keepsResult else {
            return client.results.progress(of: taskID, isExpected: wasSent)
        }
        return AsyncThrowingStream { $0.finish(throwing: TaskQueueError.noResult(of: taskID)) }
    }

    private func report<Report: Decodable>(
        _ type: Report.Type,
        of record: StoredResult
    ) throws -> Report {
        do { return try TaskCoding.decode(from: record.result) } catch {
            throw TaskQueueError.notDecoded("a report of task \(id)", as: type, error)
        }
    }

    /// Prevents the task from running, and tells anyone waiting for it.
    ///
    /// A task that already runs goes on.
    ///
    /// - Returns: whether it had not ended before.
    /// - Throws: ``TaskQueueError``; it may be done again.
    @discardableResult
    public func revoke() async throws(TaskQueueError) -> Bool {
        try await client.sending.revoke(taskID)
    }

    /// Deletes the task's result, before it expires.
    ///
    /// - Throws: ``TaskQueueError``; it may be done again.
    public func forget() async throws(TaskQueueError) {
        try await client.results.forget(taskID)
    }
}

extension SentTask: Identifiable {}

extension SentTask: Hashable {
    /// The same task, asked for by the same client.
    public static func == (left: SentTask, right: SentTask) -> Bool {
        left.id == right.id && left.client === right.client
    }

    /// By the task's id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

extension TaskError {
    /// Of a task that has not ended well.
    fileprivate init(ofEnded record: StoredResult) {
        guard let failure = record.failure else {
            self.init(record.state.rawValue, record.result.text)
            return
        }
        self.init(failure, traceback: record.traceback)
    }
}
