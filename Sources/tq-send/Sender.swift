import CommandSupport
import Glibc
import TaskQueue

/// Sends messages in batches and prints their ids, each once the broker has accepted it.
struct Sender {
    private var connection: SendingConnection
    private let options: SendOptions
    private var output = OutputStream(descriptor: 1)
    private(set) var sentCount = 0
    /// How many more a queue takes before it has to be counted again.
    private var room: [QueueName: Int] = [:]

    init(_ connection: SendingConnection, _ options: SendOptions) {
        self.connection = connection
        self.options = options
    }

    /// Sends all messages, in order.
    ///
    /// - Parameters:
    ///   - messages: in the order in which their ids are printed.
    ///   - prints: whether the ids are printed, each once the broker has accepted its message.
    /// - Returns: the id of each task, or of the one that holds its key.
    /// - Throws: ``CommandError``; what was accepted before it has been printed.
    @discardableResult
    mutating func send(
        _ messages: [OutgoingMessage],
        prints: Bool = true
    ) throws(CommandError) -> [TaskID] {
        guard let limit = options.maxQueue else {
            return try sendBatch(messages[...], prints: prints)
        }
        var ids: [TaskID] = []
        var rest = messages[...]
        while let first = rest.first {
            let queue = first.queue
            let run = rest.prefix { $0.queue == queue }.prefix(
                try waitForRoom(in: queue, limit: limit)
            )
            let before = sentCount
            ids += try sendBatch(run, prints: prints)
            room[queue, default: 0] -= sentCount - before
            rest = rest.dropFirst(run.count)
        }
        return ids
    }

    private mutating func sendBatch(
        _ messages: ArraySlice<OutgoingMessage>,
        prints: Bool
    ) throws(CommandError) -> [TaskID] {
        var ids: [TaskID] = []
        var rest = messages
        while !rest.isEmpty {
            let (holders, failure) = connection.sendFirst(of: rest)
            sentCount += holders.count { $0 == nil }
            ids += zip(rest, holders).map { $1 ?? $0.id }
            if prints { try print(rest, holders) }
            rest = rest.dropFirst(holders.count)
            guard let failure else { continue }
            guard case .noRoom = failure, options.blocks else {
                throw complaint(failure, underWay: underWay(rest))
            }
            // It tells when it has room again, but not over a new connection.
            usleep(500_000)
        }
        return ids
    }

    /// Prints the ids of messages that were accepted; `holders` are the tasks that hold their keys.
    private mutating func print(
        _ messages: ArraySlice<OutgoingMessage>,
        _ holders: [TaskID?]
    ) throws(CommandError) {
        do throws(CommandError) {
            for (message, holder) in zip(messages, holders) {
                try print(message, holder: holder)
            }
            try output.flush()
        } catch {
            throw error.adding(sentence: Self.sent(sentCount))
        }
    }

    /// As the end of a message about something that has gone wrong.
    static func sent(_ count: Int) -> String {
        count == 1 ? "1 task was sent" : "\(count) tasks were sent"
    }

    /// Of messages, those of the one call that failed: with keys or without.
    private func underWay(_ messages: ArraySlice<OutgoingMessage>) -> Int {
        messages.prefix { ($0.unique != nil) == (messages.first?.unique != nil) }.count
    }

    /// What has gone wrong, and what is known to be sent; `underWay` is how many may have been.
    private func complaint(_ error: BrokerError, underWay count: Int) -> CommandError {
        let failure = CommandError(error)
        var message = failure.message ?? ""
        if sentCount > 0 {
            message += "; \(Self.sent(sentCount)) before"
        }
        if count > 0, connection.isUncertain {
            let tasks = count == 1 ? "the task has" : "the \(count) tasks have"
            message += "; whether \(tasks) arrived is not known"
        }
        return CommandError(failure.code, message)
    }

    /// - Returns: how many the queue takes, at least one.
    private mutating func waitForRoom(in queue: QueueName, limit: Int) throws(CommandError) -> Int {
        if let left = room[queue], left > 0 { return left }
        while true {
            let waiting = try count(waitingIn: queue)
            if waiting < limit {
                room[queue] = limit - waiting
                return limit - waiting
            }
            guard options.blocks else {
                throw CommandError(
                    .tryAgain,
                    "queue \(queue) holds \(waiting) tasks, and --max-queue is \(limit)"
                        + "\(sentCount == 0 ? "" : "; \(sentCount) were sent before")"
                        + ": try again later, or --block"
                )
            }
            // Nothing tells of a queue that has grown shorter.
            usleep(50_000)
        }
    }

    private mutating func count(waitingIn queue: QueueName) throws(CommandError) -> Int {
        do throws(BrokerError) {
            return try connection.run { broker, _ throws(BrokerError) in
                try broker.requiring(.queueCounting).count(waitingIn: queue)
            }
        } catch {
            throw complaint(error, underWay: 0)
        }
    }

    /// Prints the line of a workflow: the id by which what comes out of it can be asked for.
    mutating func print(_ workflow: OutgoingWorkflow) throws(CommandError) {
        if options.printsJSON {
            var writer = JSONWriter()
            writer.beginObject()
            writer.field("id", workflow.id.text)
            if let first = workflow.sequel.messages.first {
                writer.field("task", first.task.text)
                writer.field("queue", first.queue.text)
            }
            if let members = workflow.members { writer.field("group", members.map(\.text)) }
            writer.endObject()
            try output.write(writer.line)
        } else {
            try output.writeLine(workflow.id.text)
        }
        try output.flush()
    }

    /// Prints the line of a message; `holder` is the task that holds its key, `nil`: it was sent.
    private mutating func print(
        _ message: OutgoingMessage,
        holder: TaskID?
    ) throws(CommandError) {
        let id = holder ?? message.id
        guard options.printsJSON else { return try output.writeLine(id.text) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("id", id.text)
        writer.field("task", message.task.text)
        writer.field("queue", message.queue.text)
        if message.unique != nil {
            writer.field("sent", holder == nil)
        }
        writer.endObject()
        try output.write(writer.line)
    }
}
