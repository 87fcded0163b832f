import TaskQueue

#if Tracing
internal import TaskQueueClient
internal import Tracing

/// The span of a handler's run, in the trace of the task's sender.
enum RunSpan {
    /// Runs a handler with the span's context, which what it sends and logs carries.
    static func with(
        _ assignment: TaskAssignment,
        _ handler: () async throws -> JSONText
    ) async throws -> JSONText {
        let task = assignment.task
        var context = ServiceContext.topLevel
        InstrumentationSystem.instrument.extract(task, into: &context, using: HeaderExtractor())
        let span = startSpan("run \(task.task)", context: context, ofKind: .consumer)
        defer { span.end() }
        describe(assignment, span)
        do {
            return try await ServiceContext.withValue(span.context, operation: handler)
        } catch {
            record(error, span)
            throw error
        }
    }

    private static func describe(_ assignment: TaskAssignment, _ span: any Span) {
        guard span.isRecording else { return }
        span.updateAttributes { attributes in
            attributes["messaging.system"] = "tq"
            attributes["messaging.operation.type"] = "process"
            attributes["messaging.operation.name"] = "run"
            attributes["messaging.destination.name"] = assignment.queue.text
            attributes["messaging.message.id"] = assignment.task.id.text
            attributes["tq.task.name"] = assignment.task.task.text
            attributes["tq.task.retries"] = assignment.task.retries
        }
    }

    /// A task that is rejected has not failed.
    private static func record(_ error: any Error, _ span: any Span) {
        let cause: any Error
        switch error {
        case TaskVerdict.reject: return
        case TaskVerdict.retry(_, let because): cause = because ?? error
        case TaskVerdict.failForGood(let failure): cause = failure
        default: cause = error
        }
        span.recordError(cause)
        span.setStatus(SpanStatus(code: .error, message: "\(cause)"))
        span.attributes["error.type"] = (cause as? TaskError)?.type ?? ErrorName(cause).name
    }
}

/// Reads what an instrument looks for in a task's headers, as OpenTelemetry's instrumentation of Celery writes
/// it.
private struct HeaderExtractor: Extractor {
    func extract(key: String, from task: TaskMessage) -> String? {
        task.headers[key: key]?.string
    }
}
#else
/// Nothing but the run: the package's trait `Tracing` is off.
enum RunSpan {
    @inline(__always)
    static func with(
        _ assignment: TaskAssignment,
        _ handler: () async throws -> JSONText
    ) async throws -> JSONText {
        try await handler()
    }
}
#endif
