internal import TaskQueue

#if Metrics
internal import CoreMetrics
#endif

/// What a program that sends tasks has set up to watch it: counts and spans, by the package's traits
/// `Metrics` and `Tracing`; without them nothing but the sending.
enum Instrumentation {
    /// Sends tasks of one name, which carry the span of their sending with them.
    ///
    /// - Parameters:
    ///   - drafts: what is sent.
    ///   - receipt: the id of a task, and whether it was sent, from what `send` says of it.
    ///   - send: sends them.
    /// - Returns: what `send` does.
    /// - Throws: what `send` does.
    static func sending<Receipt, Failure: Error>(
        _ drafts: [TaskDraft],
        receipt: (Receipt) -> (id: TaskID, isNew: Bool),
        _ send: ([TaskDraft]) async throws(Failure) -> [Receipt]
    ) async throws(Failure) -> [Receipt] {
        #if Metrics || Tracing
        guard let first = drafts.first else { return try await send(drafts) }
        var drafts = drafts
        #if Tracing
        let span = SendSpan(first, count: drafts.count)
        defer { span.end() }
        for index in drafts.indices { span.inject(into: &drafts[index].options.headers) }
        #endif
        do throws(Failure) {
            let receipts = try await send(drafts)
            #if Metrics
            count("tq.tasks.sent", first, receipts.count { receipt($0).isNew })
            #endif
            #if Tracing
            if receipts.count == 1, let only = receipts.first { span.note(receipt(only)) }
            #endif
            return receipts
        } catch {
            #if Metrics
            count("tq.tasks.send_failures", first, drafts.count)
            #endif
            #if Tracing
            span.note(error)
            #endif
            throw error
        }
        #else
        return try await send(drafts)
        #endif
    }

    #if Metrics
    private static func count(_ label: String, _ draft: TaskDraft, _ count: Int) {
        guard count > 0 else { return }
        Counter(label: label, dimensions: [("task", draft.task.text)]).increment(by: count)
    }
    #endif
}
