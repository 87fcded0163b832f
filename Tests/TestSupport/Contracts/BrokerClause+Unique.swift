import TaskQueue
import Testing

extension TaskStore {
    /// Opens a connection for who sends tasks that hold keys.
    func sender() throws -> any UniqueSending {
        try broker("sender").requiring(.uniqueSending)
    }
}

extension UniqueSending {
    fileprivate func sendUnlessHeld(_ messages: OutgoingMessage...) throws -> [TaskID?] {
        try sendUnlessHeld(messages, isRepeated: false)
    }
}

extension OutgoingMessage {
    fileprivate static func holding(
        _ key: String,
        for lifetime: Duration? = nil,
        eta: Timestamp? = nil
    ) -> OutgoingMessage {
        .sample(eta: eta, unique: UniqueHold(key, for: lifetime))
    }
}

extension BrokerClause {
    /// Keys that one unfinished task at a time holds.
    static let unique = (holding + ends + notToBeRun + otherTasks).needing(.uniqueSending)

    private static let holding = [
        BrokerClause("while a task that has a key waits, runs or is put back, no other is sent") {
            store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let first = OutgoingMessage.holding("a \"key\" é")
            let other = OutgoingMessage.holding("a \"key\" é")
            #expect(try sender.sendUnlessHeld(first) == [nil])
            #expect(try sender.sendUnlessHeld(other) == [first.id])
            let taken = try broker.receiveOne()
            #expect(try sender.sendUnlessHeld(other) == [first.id])
            #expect(try broker.requeue([RequeuedTask(taken)]).isEmpty)
            #expect(try sender.sendUnlessHeld(other) == [first.id])
            let again = try broker.receiveAll()
            #expect(try again.map { try $0.taskID() } == [first.id])
            #expect(try broker.finish(again.map { $0.finished(.success(first.id)) }).isEmpty)
            #expect(try sender.sendUnlessHeld(other) == [nil])
            #expect(try broker.receiveIDs() == [other.id])
        },
        BrokerClause("a task that is tried again keeps its key") { store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let hold = UniqueHold("key")
            let first = OutgoingMessage.sample(unique: hold)
            let retry = OutgoingMessage.sample(id: first.id, unique: hold)
            let other = OutgoingMessage.sample(unique: hold)
            #expect(try sender.sendUnlessHeld(first) == [nil])
            let record = StoredResult(id: first.id, state: .retry, result: .null)
            let taken = try broker.receiveOne()
            #expect(try broker.finish([taken.finished(record, next: [retry])]).isEmpty)
            #expect(try sender.sendUnlessHeld(other) == [first.id])
            // What comes after it is not the task itself.
            let last = try broker.receiveOne()
            #expect(try broker.finish([last.finished(next: [.sample()])]).isEmpty)
            #expect(try sender.sendUnlessHeld(other) == [nil])
        },
        BrokerClause("a delayed task holds its key; of one batch the first holds it") { store in
            let sender = try store.sender()
            let first = OutgoingMessage.holding("x", eta: .now() + .seconds(60))
            let messages = [first, .holding("y"), .holding("x"), .holding("z"), .holding("y")]
            let holders = try sender.sendUnlessHeld(messages, isRepeated: false)
            #expect(holders == [nil, nil, first.id, nil, messages[1].id])
            #expect(try store.broker().receiveIDs() == [messages[1].id, messages[3].id])
        },
        BrokerClause("a key is free when its time is over, and is not freed for another then") {
            store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let first = OutgoingMessage.holding("x", for: .milliseconds(200))
            let (second, third) = (OutgoingMessage.holding("x"), OutgoingMessage.holding("x"))
            #expect(try sender.sendUnlessHeld(first) == [nil])
            #expect(try sender.sendUnlessHeld(second) == [first.id])
            try await eventually { try sender.sendUnlessHeld(second) == [nil] }
            let taken = try broker.receiveOne()
            #expect(try taken.taskID() == first.id)
            #expect(try broker.finish([taken.finished()]).isEmpty)
            #expect(try sender.sendUnlessHeld(third) == [second.id])
        },
    ]

    private static let ends = [
        BrokerClause("a task that is set aside holds its key no longer") { store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let messages = (0..<2).map { _ in OutgoingMessage.holding("x") }
            #expect(try sender.sendUnlessHeld(messages[0]) == [nil])
            let letter = DeadLetter(try broker.receiveOne(), reason: "x", id: messages[0].id)
            #expect(try broker.deadLetter([letter]).isEmpty)
            #expect(try sender.sendUnlessHeld(messages[1]) == [nil])
        },
        BrokerClause(
            "tasks that are purged hold their keys no longer",
            needs: [.queueControl]
        ) { store in
            let (admin, sender) = (try store.administration(), try store.sender())
            let keys = ["x", "é\"\\", "z"]
            let reachesDelayed = try admin.reachesDelayed
            for eta in [nil] + (reachesDelayed ? [Timestamp.now() + .seconds(60)] : []) {
                let messages = keys.map { OutgoingMessage.holding($0, eta: eta) }
                #expect(try sender.sendUnlessHeld(messages, isRepeated: false) == [nil, nil, nil])
                #expect(try admin.purge(.celery, includingDelayed: reachesDelayed) == 3)
            }
            let messages = keys.map { OutgoingMessage.holding($0) }
            #expect(try sender.sendUnlessHeld(messages, isRepeated: false) == [nil, nil, nil])
        },
        BrokerClause("a worker that was not its holder any more does not free a key") { store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let (first, second) = (OutgoingMessage.holding("x"), OutgoingMessage.holding("x"))
            #expect(try sender.sendUnlessHeld(first) == [nil])
            let late = try broker.receiveOne()
            #expect(try broker.requeue([RequeuedTask(late)]).isEmpty)
            #expect(try broker.finish([late.finished()]).map(\.tag) == [late.tag])
            #expect(try sender.sendUnlessHeld(second) == [first.id])
        },
    ]

    private static let notToBeRun = [
        BrokerClause("a task that has expired before it was taken holds its key no longer") {
            store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let expiry = Timestamp.now() + .seconds(2)
            let first = OutgoingMessage.sample(expires: expiry, unique: UniqueHold("x"))
            let (second, third) = (OutgoingMessage.holding("x"), OutgoingMessage.holding("x"))
            #expect(try sender.sendUnlessHeld(first) == [nil])
            #expect(try sender.sendUnlessHeld(second) == [first.id])
            try await eventually { try sender.sendUnlessHeld(second) == [nil] }
            // What has expired comes all the same, and does not free the other's key.
            let taken = try broker.receiveAll()
            #expect(try taken.map { try $0.taskID() } == [first.id, second.id])
            #expect(try broker.finish([taken[0].finished()]).isEmpty)
            #expect(try sender.sendUnlessHeld(third) == [second.id])
            #expect(try broker.finish([taken[1].finished()]).isEmpty)
            #expect(try sender.sendUnlessHeld(third) == [nil])
        },
        BrokerClause("a task that a worker has taken before it expired holds its key until it ends")
        {
            store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let expiry = Timestamp.now() + .seconds(2)
            let first = OutgoingMessage.sample(expires: expiry, unique: UniqueHold("x"))
            let second = OutgoingMessage.holding("x")
            #expect(try sender.sendUnlessHeld(first) == [nil])
            let taken = try broker.receiveOne()
            try await eventually { Timestamp.now() > expiry + .milliseconds(50) }
            #expect(try sender.sendUnlessHeld(second) == [first.id])
            // It is given back: now it waits, and is not to be run any more.
            #expect(try broker.requeue([RequeuedTask(taken)]).isEmpty)
            #expect(try sender.sendUnlessHeld(second) == [nil])
        },
        BrokerClause(
            "a task that waits and was revoked holds its key no longer",
            needs: [.taskRevoking]
        ) { store in
            let (admin, sender) = (try store.administration(), try store.sender())
            for eta in [nil, Timestamp.now() + .seconds(60)] {
                let key = "key \(eta == nil)"
                let first = OutgoingMessage.holding(key, eta: eta)
                #expect(try sender.sendUnlessHeld(first) == [nil])
                try admin.revoke([first.id], for: .seconds(60))
                #expect(try sender.sendUnlessHeld(.holding(key)) == [nil])
            }
        },
        BrokerClause(
            "a task that runs and was revoked holds its key until it ends",
            needs: [.taskRevoking]
        ) { store in
            let (admin, sender) = (try store.administration(), try store.sender())
            let first = OutgoingMessage.holding("x")
            #expect(try sender.sendUnlessHeld(first) == [nil])
            let broker = try store.broker()
            let taken = try broker.receiveOne()
            try admin.revoke([first.id], for: .seconds(60))
            #expect(try sender.sendUnlessHeld(.holding("x")) == [first.id])
            #expect(try broker.finish([taken.finished()]).isEmpty)
            #expect(try sender.sendUnlessHeld(.holding("x")) == [nil])
        },
    ]

    private static let otherTasks = [
        BrokerClause(
            "a dead letter that is sent again takes its key only if it is free",
            needs: [.deadLetterStore]
        ) { store in
            let (broker, sender) = (try store.broker(), try store.sender())
            let admin = try store.administration()
            let (first, second) = (OutgoingMessage.holding("x"), OutgoingMessage.holding("x"))
            #expect(try sender.sendUnlessHeld(first) == [nil])
            func deadLetter() throws {
                let letter = DeadLetter(
                    try broker.receiveOne(),
                    reason: "x",
                    id: first.id,
                    task: first.task
                )
                #expect(try broker.deadLetter([letter]).isEmpty)
            }
            func retry() throws {
                #expect(try admin.retry(#require(admin.deadLetters(named: first.id.text).first)))
            }
            try deadLetter()
            try retry()
            #expect(try sender.sendUnlessHeld(second) == [first.id])
            try deadLetter()
            #expect(try sender.sendUnlessHeld(second) == [nil])
            try retry()
            let tasks = try broker.receiveAll()
            #expect(try Set(tasks.map { try $0.taskID() }) == [first.id, second.id])
            let again = try tasks.filter { try $0.taskID() == first.id }
            #expect(try broker.finish(again.map { $0.finished() }).isEmpty)
            #expect(try sender.sendUnlessHeld(.holding("x")) == [second.id])
        },
        BrokerClause(
            "a task that is moved to another queue keeps its key",
            needs: [.queueControl]
        ) { store in
            let (admin, sender) = (try store.administration(), try store.sender())
            let first = OutgoingMessage.holding("x")
            let other = try QueueName.named("other")
            #expect(try sender.sendUnlessHeld(first) == [nil])
            #expect(try admin.move(from: .celery, to: other, includingDelayed: false) == 1)
            #expect(try sender.sendUnlessHeld(.holding("x")) == [first.id])
            let broker = try store.broker()
            #expect(try broker.finish([broker.receiveOne(from: other).finished()]).isEmpty)
            #expect(try sender.sendUnlessHeld(.holding("x")) == [nil])
        },
        BrokerClause("of 200 that send the same key at once, one sends") { store in
            let messages = (0..<200).map { _ in OutgoingMessage.holding("x") }
            let sent = try await withThrowingTaskGroup(of: Int.self) { group in
                for part in 0..<4 {
                    group.addTask {
                        try await onThread {
                            let sender = try store.sender()
                            return try (part * 50..<part * 50 + 50).count { index in
                                try sender.sendUnlessHeld(messages[index]) == [nil]
                            }
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sent == 1)
            #expect(try store.broker().receiveIDs().count == 1)
        },
    ]
}
