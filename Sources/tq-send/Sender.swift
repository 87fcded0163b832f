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
    /// - Throws: ``CommandError``; what was accepted before it has been printed.
    mutating func send(_ messages: [OutgoingMessage], prints: Bool = true) throws(CommandError) {
        guard let limit = options.maxQueue else {
            return try sendBatch(messages[...], prints: prints)
        }
        var rest = messages[...]
        while let first = rest.first {
            let queue = first.queue
            let run = rest.prefix { $0.queue == queue }.prefix(
                try waitForRoom(in: queue, limit: limit)
            )
            try sendBatch(run, prints: prints)
            room[queue, default: 0] -= run.count
            rest = rest.dropFirst(run.count)
        }
    }

    private mutating func sendBatch(
        _ messages: ArraySlice<OutgoingMessage>,
        prints: Bool
    ) throws(CommandError) {
        let batch = Array(messages)
        try ask(about: batch.count) { broker throws(BrokerError) in try broker.sendOnce(batch) }
        sentCount += messages.count
        guard prints else { return }
        for message in messages { try output.writeLine(line(for: message)) }
        try output.flush()
    }

    /// Carries out a request, which sends as many tasks; if it fails, says what is known to be sent.
    private mutating func ask<Value>(
        about count: Int = 0,
        _ request: (SendingConnection.SendingBroker) throws(BrokerError) -> Value
    ) throws(CommandError) -> Value {
        do throws(BrokerError) { return try connection.run(request) } catch {
            let failure = CommandError(error)
            var message = failure.message ?? ""
            if sentCount > 0 {
                message +=
                    "; \(sentCount) \(sentCount == 1 ? "task was" : "tasks were") sent before"
            }
            if count > 0, connection.isUncertain {
                let tasks = count == 1 ? "the task has" : "the \(count) tasks have"
                message += "; whether \(tasks) arrived is not known"
            }
            throw CommandError(failure.code, message)
        }
    }

    /// - Returns: how many the queue takes, at least one.
    private mutating func waitForRoom(in queue: QueueName, limit: Int) throws(CommandError) -> Int {
        if let left = room[queue], left > 0 { return left }
        while true {
            let waiting = try ask { broker throws(BrokerError) in
                try broker.count(waitingIn: queue)
            }
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

    private func line(for message: OutgoingMessage) -> String {
        guard options.printsJSON else { return message.id.text }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("id")
        writer.value(message.id.text)
        writer.key("task")
        writer.value(message.task.text)
        writer.key("queue")
        writer.value(message.queue.text)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
