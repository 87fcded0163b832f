import Glibc
import Synchronization
import TaskQueueWorker
import TestSupport
import Testing

@Suite(
    "a worker within another program",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct TaskWorkerTests {
    /// Runs a worker, with handlers on threads of their own, beside `body`.
    private func withWorker(
        on url: String,
        _ register: (inout TaskHandlers) -> Void,
        _ body: (TaskWorker) async throws -> Void
    ) async throws {
        var configuration = TaskWorkerConfiguration()
        configuration.taskQueue.brokerURL = url
        configuration.concurrency = 3
        configuration.executor = BlockingExecutor.shared
        configuration.logger.logLevel = .critical
        let worker = try TaskWorker(configuration, register)
        async let end: Void = worker.run()
        try await body(worker)
        try await end
    }

    private func send(_ url: String, _ words: String...) async throws -> Outcome {
        try await run("tq-send", arguments: ["-b", url] + words, timeout: .seconds(30))
    }

    @Test("runs tasks until it is told to stop, and waits for those that run")
    func stop() async throws {
        try await RedisServer.with { server in
            let gate = AsyncStream<Void>.makeStream()
            try await withWorker(on: server.url) { tasks in
                tasks.on("add") { (_, x: Int, y: Int) in x + y }
                tasks.on("wait") { _ in
                    for await _ in gate.stream { break }
                    return "passed"
                }
            } _: { worker in
                #expect(try await send(server.url, "--wait", "add", ":2", ":3").output == "5\n")
                async let waiting = send(server.url, "--wait", "wait")
                try await eventually {
                    try await run("tq-ctl", arguments: ["running", "-b", server.url]).output
                        .contains("wait")
                }
                worker.stop()
                gate.continuation.yield()
                #expect(try await waiting.output == "passed\n")
            }
        }
    }

    @Test("runs what a client sends, with types at both ends")
    func types() async throws {
        try await RedisServer.with { server in
            let client = try TaskQueueClient(TaskQueueConfiguration(brokerURL: server.url))
            try await withWorker(on: server.url) { tasks in
                tasks.on(Division.self) { context, division in
                    guard division.divisor != 0 else {
                        throw TaskError("ZeroDivisionError", "division by zero")
                    }
                    context.report(1, of: 1)
                    return Quotient(value: division.dividend / division.divisor)
                }
                tasks.on("join") { (_, words: [String], separator: String?) in
                    words.joined(separator: separator ?? " ")
                }
            } _: { worker in
                let sent = try await client.send(Division(dividend: 1, divisor: 4))
                #expect(try await sent.value(timeout: .seconds(30)).value == 0.25)
                let failing = try await client.send(Division(dividend: 1, divisor: 0))
                let error = await #expect(throws: TaskError.self) { try await failing.value() }
                #expect(error?.type == "ZeroDivisionError" && error?.message == "division by zero")
                let many = try await client.send(
                    (1...300).map { Division(dividend: 1, divisor: Double($0)) }
                )
                for (index, task) in many.enumerated() {
                    #expect(try await task.value().value == 1 / Double(index + 1))
                }
                let joined = try await client.send("join", ["a", "b"], "+", returning: String.self)
                #expect(try await joined.value() == "a+b")
                worker.stop()
            }
            await client.close()
        }
    }

    @Test("cancelled, it cancels its handlers, and their tasks go back")
    func cancel() async throws {
        try await RedisServer.with { server in
            var configuration = TaskWorkerConfiguration()
            configuration.taskQueue.brokerURL = server.url
            configuration.executor = BlockingExecutor.shared
            configuration.logger.logLevel = .critical
            let began = AsyncStream<Void>.makeStream()
            let worker = try TaskWorker(configuration) { tasks in
                tasks.on("wait") { _ in
                    began.continuation.yield()
                    try await Task.sleep(for: .seconds(600))
                }
            }
            try await send(server.url, "wait").succeeded()
            let running = Task { try await worker.run() }
            for await _ in began.stream { break }
            running.cancel()
            try await running.value
            let queues = try await run("tq-ctl", arguments: ["queues", "-b", server.url])
            #expect(queues.output.contains("celery  1        0        0"), "\(queues.output)")
        }
    }

    @Test("leaves no thread behind when its broker cannot be reached")
    func unreachable() async throws {
        weak var keeper: Keeper?
        do {
            let kept = Keeper()
            keeper = kept
            let worker = try worker(on: "redis://127.0.0.1:1", telling: kept)
            await #expect(throws: TaskQueueError.self) { try await worker.run() }
        }
        // All threads of the worker have its log.
        try await eventually { keeper == nil }
    }

    @Test("leaves no thread behind when it is cancelled while its broker is gone")
    func lost() async throws {
        weak var keeper: Keeper?
        do {
            let kept = Keeper()
            keeper = kept
            try await RedisServer.with { server in
                let worker = try worker(on: server.url, telling: kept)
                let running = Task { try await worker.run() }
                try await eventually {
                    try await run("tq-ctl", arguments: ["workers", "-b", server.url]).output
                        .contains("tq@")
                }
                await server.kill()
                running.cancel()
                _ = await running.result
            }
        }
        try await eventually(timeout: .seconds(30)) { keeper == nil }
    }

    private func worker(on url: String, telling keeper: Keeper) throws -> TaskWorker {
        var configuration = TaskWorkerConfiguration()
        configuration.taskQueue.brokerURL = url
        configuration.executor = BlockingExecutor.shared
        configuration.waitsForBroker = false
        configuration.logger = Logger(label: "kept") { _ in SilentLog(keeper: keeper) }
        return try TaskWorker(configuration) { $0.on("t") { _ in } }
    }

    @Test("told twice to stop, waits all the same for what runs")
    func stopTwice() async throws {
        try await RedisServer.with { server in
            let began = AsyncStream<Void>.makeStream()
            try await withWorker(on: server.url) { tasks in
                tasks.on("wait") { _ in
                    began.continuation.yield()
                    try await Task.sleep(for: .milliseconds(600))
                    return "whole"
                }
            } _: { worker in
                async let waiting = send(server.url, "--wait", "wait")
                for await _ in began.stream { break }
                worker.stop()
                // Longer than signals to stop that count as one.
                try await Task.sleep(for: .milliseconds(200))
                worker.stop()
                #expect(try await waiting.output == "whole\n")
            }
        }
    }

    @Test("says which broker cannot be reached, and which queue is none")
    func problems() async throws {
        var configuration = TaskWorkerConfiguration()
        configuration.taskQueue.brokerURL = "redis://:secret@127.0.0.1:1"
        configuration.waitsForBroker = false
        let worker = try TaskWorker(configuration) { $0.on("t") { _ in } }
        let error = await #expect(throws: (any Error).self) { try await worker.run() }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("cannot reach redis://:***@127.0.0.1:1"), "\(text)")
        configuration.queues = ["a\nb"]
        #expect(throws: (any Error).self) { try TaskWorker(configuration) { $0.on("t") { _ in } } }
        configuration.queues = []
        configuration.taskQueue.brokerURL = "gopher://x"
        let unknown = #expect(throws: (any Error).self) {
            try TaskWorker(configuration) { $0.on("t") { _ in } }
        }
        #expect(unknown.map { "\($0)".contains("unknown kind of broker gopher") } == true)
    }
}

private struct Division: TaskRequest {
    typealias Output = Quotient
    static let taskName = "divide"

    var dividend: Double
    var divisor: Double
}

private struct Quotient: Codable {
    var value: Double
}

/// Lives as long as a log that has it.
private final class Keeper: Sendable {}

private struct SilentLog: LogHandler {
    let keeper: Keeper
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {}
}
