#if Tracing
internal import TaskQueue
internal import Tracing

/// The span of sending one task, or many of one name.
struct SendSpan {
    private let span: any Span

    init(_ task: TaskDraft, count: Int) {
        span = startSpan("send \(task.task)", ofKind: .producer)
        guard span.isRecording else { return }
        span.updateAttributes { attributes in
            attributes["messaging.system"] = "tq"
            attributes["messaging.operation.type"] = "send"
            attributes["messaging.operation.name"] = "send"
            attributes["messaging.destination.name"] = task.options.queue?.text
            attributes["messaging.batch.message_count"] = count > 1 ? count : nil
            attributes["tq.task.name"] = task.task.text
        }
    }

    /// Adds what the receiver needs to go on with the trace.
    func inject(into headers: inout [String: String]) {
        InstrumentationSystem.instrument.inject(
            span.context,
            into: &headers,
            using: HeaderInjector()
        )
    }

    /// Tells which task it was; one that was not sent is there for the same end.
    func note(_ receipt: (id: TaskID, isNew: Bool)) {
        span.attributes["messaging.message.id"] = receipt.id.text
        if !receipt.isNew { span.attributes["tq.task.is_new"] = false }
    }

    func note(_ error: any Error) {
        span.recordError(error)
        span.setStatus(SpanStatus(code: .error, message: "\(error)"))
        span.attributes["error.type"] = ErrorName(error).name
    }

    func end() { span.end() }
}

/// Writes what an instrument has to say into a message's headers, where OpenTelemetry's instrumentation of
/// Celery finds it.
private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout [String: String]) {
        headers[key] = value
    }
}
#endif
