import FoundationEssentials
import Synchronization
import TaskQueue
import TaskQueueWorker
import TestSupport
import Testing

@Suite(
    "the start, the end and the limits of a worker within another program",
    .timeLimit(.minutes(60))
)
struct TaskWorkerLimitsTests {
    /// A configuration on a file of the test's own, and a client for it.
    private func with(
        _ body: (TaskWorkerConfiguration, TaskQueueClient) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let place = TaskQueueConfiguration.isolated(
                brokerURL: "sqlite:\(directory.path("tq.db"))"
            )
            var configuration = TaskWorkerConfiguration(taskQueue: place, concurrency: 4)
            configuration.logger.logLevel = .critical
            let client = try TaskQueueClient(place)
            try await body(configuration, client)
            await client.close()
        }
    }

    @Test("a handler that does not end is left behind at the end of the time to shut down")
    func shutdownTimeout() async throws {
        try await with { configuration, client in
            var configuration = configuration
            configuration.shutdownTimeout = .milliseconds(200)
            configuration.grace = .milliseconds(200)
            let log = Lines()
            configuration.logger = Logger(label: "t") { _ in log }
            let isOver = Mutex(false)
            defer { isOver.withLock { $0 = true } }
            let worker = try TaskWorker(configuration) { tasks in
                tasks.on("spin") { _ in
                    while !isOver.withLock({ $0 }) {}
                }
            }
            let task = try await client.send("spin")
            async let end: Void = worker.run()
            try await eventually(timeout: .seconds(60)) { log.text.contains("started") }
            worker.stop()
            try await end
            #expect(try await task.status() == .pending)
            let text = log.text
            #expect(
                text.contains("stopping: what still runs in 200ms goes back to its queue"),
                "\(text)"
            )
            #expect(text.contains("not ended in 200ms, go back to their queues"), "\(text)")
            #expect(text.contains("left behind, and may still run"), "\(text)")
            #expect(!text.contains("signal"), "\(text)")
        }
    }

    @Test("a broker that is late is waited for", .requires(RedisServer.isInstalled, "redis-server"))
    func lateBroker() async throws {
        try await RedisServer.with { server in
            await server.kill()
            let place = TaskQueueConfiguration.isolated(brokerURL: server.url)
            var configuration = TaskWorkerConfiguration(taskQueue: place)
            let log = Lines()
            configuration.logger = Logger(label: "t") { _ in log }
            let worker = try TaskWorker(configuration) { tasks in
                tasks.on("add") { (_, x: Int, y: Int) in x + y }
            }
            async let end: Void = worker.run()
            try await eventually(timeout: .seconds(60)) { log.text.contains("trying again in") }
            try await server.start()
            let client = try TaskQueueClient(place)
            let sum = try await client.send("add", 1, 2, returning: Int.self)
            #expect(try await sum.value(timeout: .seconds(60)) == 3)
            worker.stop()
            try await end
            #expect(log.text.contains("the broker is back"))
            await client.close()
        }
    }

    @Test("one that waits for its broker can be stopped, and cancelled", arguments: [false, true])
    func stoppedBefore(_ cancels: Bool) async throws {
        let place = TaskQueueConfiguration.isolated(brokerURL: "redis://127.0.0.1:1")
        var configuration = TaskWorkerConfiguration(taskQueue: place)
        let log = Lines()
        configuration.logger = Logger(label: "t") { _ in log }
        let worker = try TaskWorker(configuration) { $0.on("t") { _ in } }
        let running = Task { try await worker.run() }
        try await eventually(timeout: .seconds(60)) { log.text.contains("trying again in") }
        if cancels { running.cancel() } else { worker.stop() }
        try await running.value
    }

    @Test("runs once, and says so")
    func once() async throws {
        try await with { configuration, _ in
            let worker = try TaskWorker(configuration) { $0.on("t") { _ in } }
            worker.stop()
            try await worker.run()
            let error = await #expect(throws: TaskQueueError.self) { try await worker.run() }
            #expect(error?.kind == .closed)
        }
    }

    @Test("is not made with numbers that cannot be, or with handlers that cannot be told apart")
    func problems() throws {
        func sentence(
            _ change: (inout TaskWorkerConfiguration) -> Void = { _ in },
            _ register: (inout TaskHandlers) -> Void = { $0.on("t") { _ in } }
        ) -> String {
            var configuration = TaskWorkerConfiguration(
                taskQueue: .isolated(brokerURL: "redis://127.0.0.1:1")
            )
            change(&configuration)
            do { _ = try TaskWorker(configuration, register) } catch { return "\(error)" }
            return ""
        }
        for number in [0, -1, .max, .min] {
            let text = sentence { $0.concurrency = number }
            #expect(text == "concurrency is a number from 1 to 10000, not \(number)")
        }
        for number in [-1, .max, .min] {
            let text = sentence { $0.prefetch = number }
            #expect(text == "prefetch is a number from 0 to 10000, not \(number)")
        }
        for name in ["", "a\nb"] {
            #expect(sentence { $0.name = name }.hasSuffix("use text without control characters"))
        }
        #expect(sentence { $0.queues = ["a", "a"] } == "")
        #expect(sentence { $0.grace = .seconds(-1) } == "grace cannot be negative")
        #expect(sentence { $0.shutdownTimeout = .seconds(-1) }.hasPrefix("shutdownTimeout"))
        #expect(sentence { $0.shutdownTimeout = .seconds(Int64.max) } == "")
        let double = sentence { _ in
        } _: { tasks in
            tasks.on("a") { _ in }
            tasks.on("a") { _ in }
        }
        #expect(double == "there are two handlers for the task a")
        #expect(
            sentence { _ in
            } _: {
                $0.on("") { _ in }
            }.hasPrefix(#""" cannot name a task"#)
        )
    }

    private struct Parent: TaskRequest {
        typealias Output = Int
        static let taskName = "parent"
    }

    @Test("handlers that hold all slots and wait for others are told of, once")
    func waitingForChildren() async throws {
        try await with { configuration, client in
            var configuration = configuration
            configuration.concurrency = 2
            let log = Lines()
            configuration.logger = Logger(label: "t") { _ in log }
            let worker = try TaskWorker(configuration) { tasks in
                tasks.on("child") { _ in 1 }
                tasks.on(Parent.self) { context, _ in
                    let child = try await context.send("child", returning: Int.self)
                    return (try? await child.value(timeout: .seconds(1))) ?? 0
                }
            }
            async let end: Void = worker.run()
            // One alone leaves a slot for its child.
            let alone = try await client.send(Parent())
            #expect(try await alone.value(timeout: .seconds(60)) == 1)
            #expect(!log.text.contains("wait for other tasks"))
            // At once: no child comes between them.
            for parent in try await client.send([Parent(), Parent()]) {
                _ = try await parent.value(timeout: .seconds(60))
            }
            #expect(log.text.split(separator: "wait for other tasks").count == 2, "\(log.text)")
            worker.stop()
            try await end
        }
    }

    @Test("what it has no handler for is called by its name")
    func unknownTask() async throws {
        try await with { configuration, client in
            var configuration = configuration
            let log = Lines()
            configuration.logger = Logger(label: "t") { _ in log }
            let worker = try TaskWorker(configuration) { $0.on("t") { _ in } }
            async let end: Void = worker.run()
            try await client.send("strange")
            try await eventually(timeout: .seconds(60)) {
                log.text.contains("no handler is configured for the task strange")
            }
            worker.stop()
            try await end
        }
    }
}

extension TaskWorkerLimitsTests {
    @TaskLocal static var mark = "none"

    private struct Mail: TaskRequest {
        static let taskName = "mail"
        var to: String
    }

    @Test(
        "handlers see the task-local values of who runs it; they block, and return nothing, as they like"
    )
    func handlers() async throws {
        try await with { configuration, client in
            let sent = Mutex<[String]>([])
            let worker = try TaskWorker(configuration) { tasks in
                tasks.on("mark") { _ in Self.mark }
                tasks.on(Mail.self) { _, mail in sent.withLock { $0.append(mail.to) } }
                tasks.onThread("wait") { (context, number: Int) in
                    // Not to be called in an async function.
                    Blocking.wait()
                    return "\(number) \(context.taskName)"
                }
                tasks.on("about") { context in
                    let late = context.expires.map { $0 > .now } ?? false
                    let isNew = context.sentAt.map { abs($0.timeIntervalSinceNow) < 600 } ?? false
                    guard isNew, context.workerName.hasPrefix("tq@") else { return "" }
                    return
                        "\(context.priority) \(late) \(context.eta == nil) \(context.header("lang") ?? "-")"
                }
            }
            let running = Self.$mark.withValue("caller's") { Task { try await worker.run() } }
            let mark = try await client.send("mark", returning: String.self)
            #expect(try await mark.value(timeout: .seconds(60)) == "caller's")
            _ = try await client.send(Mail(to: "ada")).value(timeout: .seconds(60))
            #expect(sent.withLock { $0 } == ["ada"])
            let wait = try await client.send("wait", 7, returning: String.self)
            #expect(try await wait.value(timeout: .seconds(60)) == "7 wait")
            let options = SendOptions(expires: .after(.seconds(3600)), priority: 4)
            let about = try await client.send("about", options: options, returning: String.self)
            #expect(try await about.value(timeout: .seconds(60)).hasPrefix("4 true true "))
            worker.stop()
            try await running.value
        }
    }

    @Test("optional arguments arrive, whatever their type, and what is no such value is refused")
    func optionals() async throws {
        try await with { configuration, client in
            let worker = try TaskWorker(configuration) { tasks in
                tasks.on("all") { (_, a: [Int]?, b: Mail?, c: Int64?, d: Double?) in
                    "\(a ?? []) \(b?.to ?? "-") \(c ?? -1) \(d ?? -1)"
                }
            }
            async let end: Void = worker.run()
            func value<each Argument: Encodable & Sendable>(
                _ arguments: repeat each Argument
            ) async throws -> String {
                try await client.send("all", repeat each arguments, returning: String.self)
                    .value(timeout: .seconds(60))
            }
            #expect(try await value([1, 2], Mail(to: "ada"), 3, 0.5) == "[1, 2] ada 3 0.5")
            #expect(try await value([Int]?.none, Mail?.none) == "[] - -1 -1.0")
            let error = await #expect(throws: TaskError.self) { _ = try await value(1) }
            #expect(error?.description == "BadArguments: the argument 1 is not an array")
            worker.stop()
            try await end
        }
    }
}

private enum Blocking {
    @available(*, noasync)
    static func wait() {}
}

/// A log that keeps its lines.
private final class Lines: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message)") }
    }
}
