import Glibc
package import TaskQueue
import Testing

extension Broker {
    /// Takes up to as many tasks and tells their ids.
    package func receiveIDs(
        from queues: [QueueName] = [.celery],
        upTo limit: Int = 100
    ) throws -> [TaskID] {
        var ids = try receive(from: queues, upTo: limit).map { try $0.taskID() }
        // A server that sends tasks by itself may have been about to send the rest.
        while keepAlive != nil, !ids.isEmpty, ids.count < limit {
            let more = try receive(from: queues, upTo: limit - ids.count)
            if more.isEmpty { break }
            ids += try more.map { try $0.taskID() }
        }
        return ids
    }

    /// Takes the one task that is expected.
    package func receiveOne(from queue: QueueName = .celery) throws -> Delivery {
        try #require(try receive(from: [queue], upTo: 1).first)
    }

    /// Takes tasks until none is left.
    func receiveAll(from queues: [QueueName] = [.celery]) throws -> [Delivery] {
        var all: [Delivery] = []
        while true {
            let more = try receive(from: queues, upTo: 400)
            if more.isEmpty { return all }
            all += more
        }
    }
}

extension Delivery {
    /// The id that the message's headers name.
    package func taskID() throws -> TaskID {
        TaskID(try #require(try message().headers[key: "id"]?.string))
    }

    /// The task ended with this record, if any, and these come next.
    package func finished(
        _ result: StoredResult? = nil,
        next: [OutgoingMessage] = []
    ) -> FinishedTask {
        FinishedTask(self, result: result, next: next)
    }
}

extension ArrivalWatch {
    /// Whether one of the descriptors becomes readable within the time.
    package func isWoken(within limit: Duration) -> Bool {
        let deadline = Instant.now + limit
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = nfds_t(entries.count)
        return poll(&entries, count, PollTimeout.milliseconds(until: deadline)) > 0
    }
}

extension QueueName {
    /// The queue of a name that is known to be one.
    package static func named(_ text: String) throws -> QueueName {
        try #require(QueueName(text))
    }
}
