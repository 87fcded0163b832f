import FoundationEssentials
import Glibc
import TaskQueueWorker

// A program with handlers, which the tests run from outside.

struct Division: TaskRequest {
    typealias Output = Double
    static let taskName = "divide"

    var dividend: Double
    var divisor: Double
    var digits: Int?
}

struct Point: Codable {
    var x: Int
    var y: Int
}

/// A log handler of a program's own.
struct Prefixed: LogHandler {
    var handler: StreamLogHandler

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }
    var logLevel: Logger.Level {
        get { handler.logLevel }
        set { handler.logLevel = newValue }
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        print("own: \(event.message)")
    }
}

enum Weather: Error {
    case tooWet(Int)
}

var patient = HandlerOptions()
patient.retryDelay = .milliseconds(50)
patient.maxRetries = 2

var stubborn = patient
stubborn.retriesErrors = true

var blocking = HandlerOptions()
blocking.blocks = true

var limited = HandlerOptions()
limited.softTimeLimit = .milliseconds(200)
limited.timeLimit = .milliseconds(500)

if getenv("TEST_LOG") != nil {
    LoggingSystem.bootstrap { label in
        var handler = StreamLogHandler.standardOutput(label: label)
        handler.logLevel = .info
        return Prefixed(handler: handler)
    }
}

await TaskProgram.run { tasks in
    tasks.on("add") { (_, x: Int, y: Int) in x + y }
    tasks.on("nothing") { _ in }
    tasks.on("greet") { (_, name: String?, greeting: String?) in
        "\(greeting ?? "hello") \(name ?? "you")"
    }
    tasks.on("move") { (_, point: Point, by: Int) in Point(x: point.x + by, y: point.y + by) }
    tasks.on("many") { (_, a: Int, b: Double, c: String, d: Bool, e: [Int], f: [String: Int]) in
        "\(a) \(b) \(c) \(d) \(e) \(f)"
    }
    tasks.on("next_day") { (_, day: Date) in day + 86_400 }
    tasks.on("optional") { (_, a: Int, b: String?, day: Date?, point: Point?) in
        "\(a) \(b ?? "-") \(day.map { "\($0.timeIntervalSince1970)" } ?? "-") \(point?.x ?? 0)"
    }
    tasks.on("spin") { _ in
        // Other tests need the cores: of Linux's threads only this one is slowed down.
        nice(19)
        while true {}
    }
    tasks.on(Division.self) { _, division in
        guard division.divisor != 0 else {
            throw TaskError("ZeroDivisionError", "division by zero")
        }
        return division.dividend / division.divisor
    }
    tasks.on("weather") { (_, depth: Int) in
        if depth > 0 { throw Weather.tooWet(depth) }
    }
    tasks.on("retry", patient) { context in
        guard context.retries == 2 else {
            throw TaskVerdict.retry(after: .milliseconds(10), because: TaskError("Busy", "not yet"))
        }
        return context.retries
    }
    tasks.on("stubborn", stubborn) { context in
        if context.retries < 2 { throw Weather.tooWet(context.retries) }
        return "dry"
    }
    tasks.on("hopeless", stubborn) { _ in throw Weather.tooWet(9) }
    tasks.on("nan", stubborn) { _ in Double.nan }
    tasks.on("final", stubborn) { _ in
        throw TaskVerdict.failForGood(TaskError("Final", "no other try will mend it"))
    }
    tasks.on("reject") { _ in throw TaskVerdict.reject }
    tasks.on("soft", limited) { context in
        while !context.isCancelled { await Task.yield() }
        try Task.checkCancellation()
    }
    tasks.on("hard", limited) { _ in
        // Does not hear of its cancellation.
        await Task.detached { try? await Task.sleep(for: .seconds(600)) }.value
    }
    tasks.on("block", blocking) { (_, seconds: Int) in
        sleep(UInt32(seconds))
        return "slept"
    }
    tasks.on("slow") { context in
        context.logger.notice("began")
        try await Task.sleep(for: .seconds(600))
    }
    tasks.on("family") { context in
        let child = try await context.send("context", returning: [String].self)
        let grandchild = try await context.send("grandchild", returning: [String].self)
        let quotient = try await context.send(Division(dividend: 1, divisor: 4))
        let all = try await context.send([Division(dividend: 2, divisor: 4)])
        var results = try await child.value() + grandchild.value()
        results.append("\(try await quotient.value())")
        for task in all { results.append("\(try await task.value())") }
        return results
    }
    tasks.on("grandchild") { context in
        try await context.send("context", returning: [String].self).value()
    }
    tasks.on("quick") { (_, seconds: Double) in try await Task.sleep(for: .seconds(seconds)) }
    tasks.on("lethal") { (_, seconds: Double) in
        try await Task.sleep(for: .seconds(seconds))
        kill(getpid(), SIGKILL)
    }
    tasks.on("steps") { (context, count: Int) in
        for step in 1...count {
            context.report(step, of: count, "step \(step)")
            try await Task.sleep(for: .milliseconds(150))
        }
    }
    tasks.on("context") { context in
        [
            context.id, context.taskName, context.queue, "\(context.retries)", context.rootID,
            context.parentID ?? "-", context.deadline == nil ? "for ever" : "limited",
        ]
    }
} farewell: {
    if getenv("TEST_LOG") != nil { print("farewell") }
}
