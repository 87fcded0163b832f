import Glibc
import Synchronization
import TaskQueue
import Testing

extension BrokerClause {
    /// Many at once.
    static let concurrency = [
        BrokerClause("of 5,000 tasks each is taken once while many send and take") { store in
            let batches = (0..<4).map { _ in OutgoingMessage.samples(1_250) }
            let taken = TakenTasks(limit: 5_000)
            try await withThrowingTaskGroup { group in
                for messages in batches {
                    group.addTask { try await onThread { try send(messages, to: store) } }
                }
                for number in 0..<4 {
                    group.addTask {
                        try await onThread { try take("worker\(number)", from: store, into: taken) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(taken.ids.count == 5_000)
            let isComplete = Set(taken.ids) == Set(batches.joined().map(\.id))
            #expect(isComplete)
            #expect(try store.broker().receiveIDs().isEmpty)
        }
    ]

    /// Sends the messages over a connection of its own, 25 at a time.
    private static func send(_ messages: [OutgoingMessage], to store: TaskStore) throws {
        let broker = try store.broker("sender")
        for start in stride(from: 0, to: messages.count, by: 25) {
            try broker.send(Array(messages[start..<start + 25]))
        }
    }

    /// Takes tasks over a connection of its own and finishes them, until all are taken.
    private static func take(
        _ worker: String,
        from store: TaskStore,
        into taken: TakenTasks
    ) throws {
        let broker = try store.broker(worker)
        let deadline = Instant.now + .seconds(60)
        while !taken.isComplete, Instant.now < deadline {
            let deliveries = try broker.receive(from: [.celery], upTo: 8)
            let ids = try deliveries.map { try $0.taskID() }
            taken.add(ids)
            let lost = try broker.finish(
                zip(deliveries, ids).map { FinishedTask($0, result: .success($1)) }
            )
            guard lost.isEmpty else { throw LostDeliveries(tags: lost.map(\.tag)) }
            if ids.isEmpty { usleep(1_000) }
        }
    }
}

/// The tasks that several threads have taken.
private final class TakenTasks: Sendable {
    private let limit: Int
    private let taken = Mutex<[TaskID]>([])

    init(limit: Int) {
        self.limit = limit
    }

    var ids: [TaskID] { taken.withLock { $0 } }

    var isComplete: Bool { taken.withLock { $0.count >= limit } }

    func add(_ ids: [TaskID]) {
        taken.withLock { $0 += ids }
    }
}

/// Deliveries that were not their worker's any more, though nobody else could have had them.
private struct LostDeliveries: Error, CustomStringConvertible {
    let tags: [String]

    var description: String { "lost \(tags)" }
}
