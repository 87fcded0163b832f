import InMemoryTracing
import TaskQueueWorker
import Testing
import Tracing

@Suite("Tracing", .timeLimit(.minutes(60)))
struct TracingTests {
    private let tracer = Watching.tracer.memory

    private func span(_ name: String) async throws -> FinishedInMemorySpan {
        try await eventually("the span \(name)") {
            tracer.finishedSpans.contains { $0.operationName == name }
        }
        return try #require(tracer.finishedSpans.first { $0.operationName == name })
    }

    @Test("a trace goes on from who sends through the worker to what the handler sends")
    func chain() async throws {
        struct Parent: TaskRequest {
            static let taskName = "parent"
        }
        struct Child: TaskRequest {
            static let taskName = "child"
        }
        try await Server.with { server in
            let client = try TaskQueueClient(server.configuration)
            let trace = try await server.withTrace(client) { tasks in
                tasks.on(Parent.self) { context, _ in
                    try await context.send(Child())
                    return NoOutput()
                }
                tasks.on(Child.self) { _, _ in NoOutput() }
            } sends: {
                try await client.send(Parent(), SendOptions(id: "the-parent"))
                return try await span("run child").traceID
            }
            let sent = try await span("send parent")
            let run = try await span("run parent")
            let childSent = try await span("send child")
            let childRun = try await span("run child")
            let root = try await span("request")
            #expect([sent, run, childSent, childRun, root].allSatisfy { $0.traceID == trace })
            #expect(sent.parentSpanID == root.spanID)
            #expect(run.parentSpanID == sent.spanID)
            #expect(childSent.parentSpanID == run.spanID)
            #expect(childRun.parentSpanID == childSent.spanID)
            #expect(sent.kind == .producer && run.kind == .consumer)
            #expect(sent.attributes.get("messaging.message.id") == "the-parent")
            #expect(run.attributes.get("messaging.message.id") == "the-parent")
            #expect(run.attributes.get("messaging.destination.name") == "celery")
            #expect(run.attributes.get("tq.task.name") == "parent")
            #expect(run.status == nil && run.errors.isEmpty)
        }
    }

    @Test("a task that OpenTelemetry's instrumentation of Celery has marked belongs to that trace")
    func celery() async throws {
        let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
        try await Server.with { server in
            try await server.withWorker { tasks in
                tasks.on("of-python") { _ in }
                tasks.on("of-nobody") { _ in }
            } _: {
                try server.push(
                    "of-python",
                    headers: #""traceparent": "00-\#(trace)-\#(parent)-01""#
                )
                try server.push("of-nobody")
                let run = try await span("run of-python")
                #expect(run.traceID == trace)
                #expect(run.parentSpanID == parent)
                // The one before has left nothing behind.
                let other = try await span("run of-nobody")
                #expect(other.traceID != trace)
                #expect(other.parentSpanID == nil)
            }
        }
    }

    @Test("an error is the span's, a rejection is none")
    func errors() async throws {
        try await Server.with { server in
            let gate = Gate()
            gate.open()
            try await server.withWorker { tasks in
                tasks.on("breaks") { _ in throw TaskError("Broken", "to pieces") }
                tasks.on("gives-up") { _ in
                    throw TaskVerdict.failForGood(TaskError("Hopeless", "for good"))
                }
                tasks.on("rejects") { _ in
                    try await gate.pass()
                    if gate.begun == 1 { throw TaskVerdict.reject }
                }
            } _: {
                for task in ["breaks", "gives-up", "rejects"] { try server.push(task) }
                let broken = try await span("run breaks")
                #expect(broken.status?.code == .error)
                #expect(broken.status?.message == "Broken: to pieces")
                #expect(
                    broken.errors.first?.error as? TaskError == TaskError("Broken", "to pieces")
                )
                #expect(broken.attributes.get("error.type") == "Broken")
                let hopeless = try await span("run gives-up")
                #expect(hopeless.status?.code == .error)
                #expect(hopeless.attributes.get("error.type") == "Hopeless")
                let rejected = try await span("run rejects")
                #expect(rejected.status == nil && rejected.errors.isEmpty)
            }
        }
    }

    @Test("a task that cannot be sent is an error of its span")
    func unsent() async throws {
        try await Server.with { server in
            let client = try TaskQueueClient(server.configuration)
            await client.close()
            await #expect(throws: TaskQueueError.self) { try await client.send("unsendable") }
            let sent = try await span("send unsendable")
            #expect(sent.status?.code == .error)
            #expect(sent.errors.count == 1)
        }
    }
}

extension Server {
    /// Runs a worker, and what sends to it within a span named `request`.
    fileprivate func withTrace(
        _ client: TaskQueueClient,
        _ register: (inout TaskHandlers) -> Void,
        sends: () async throws -> String
    ) async throws -> String {
        var trace = ""
        try await withWorker(register) {
            trace = try await withSpan("request") { _ in try await sends() }
        }
        await client.close()
        return trace
    }
}
