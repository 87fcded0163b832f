import TaskQueue
import Testing

extension BrokerClause {
    /// Who gets the blame when a worker dies, and how that is found out.
    static let suspects = [
        BrokerClause("of many tasks only the one that kills workers is set aside") { store in
            for limit in [1, 2, 6] {
                let queue = try QueueName.named("poison-\(limit)")
                let messages = OutgoingMessage.samples(6, queue)
                let poison = messages[limit == 2 ? 3 : 0].id
                try store.broker().send(messages)
                let (done, deaths) = try await store.work(on: queue, upTo: limit, poison: poison)
                #expect(done.sorted() == messages.map(\.id.text).filter { $0 != poison.text })
                #expect(deaths == 3)
                let letters = try await store.deadLetters(queue)
                #expect(letters.map(\.id) == [poison.text])
            }
        },
        BrokerClause("a suspect comes alone, and only to a worker that is by itself") { store in
            let messages = try await store.sendSuspects(2)
            let plain = OutgoingMessage.samples(2)
            let (first, second) = (try store.broker("first"), try store.broker("second"))
            try first.send(plain)
            #expect(try first.receive(from: [.celery], upTo: 5, in: .none).isEmpty)
            #expect(first.suspectsLeft == .toThis)
            let others = try second.receive(from: [.celery], upTo: 1, in: .none)
            #expect(try others.map { try $0.taskID() } == [plain[0].id])
            #expect(second.suspectsLeft == .toOthers)
            #expect(try second.receive(from: [.celery], upTo: 0, in: .alone).isEmpty)
            let quiet = try first.receive(from: [.celery], upTo: 5, in: .quiet)
            #expect(try quiet.map { try $0.taskID() } == [messages[0].id])
            #expect(quiet.map(\.losses) == [1])
            #expect(try quiet.allSatisfy { try $0.isMarkedAsRedelivered })
            #expect(try second.receiveIDs() == [messages[1].id])
            #expect(try second.receiveIDs() == [plain[1].id])
            #expect(second.suspectsLeft == .none)
        },
        BrokerClause("with a second loss it comes to a worker that holds nothing, after others") {
            store in
            let messages = try await store.sendSuspects(2)
            try await store.die(upTo: 1)
            let broker = try store.broker()
            #expect(try broker.receiveIDs() == [messages[1].id])
            #expect(try broker.receive(from: [.celery], upTo: 1, in: .quiet).isEmpty)
            #expect(broker.suspectsLeft == .toThis)
            let last = try broker.receiveOne()
            #expect(try last.taskID() == messages[0].id)
            #expect(last.losses == 2)
        },
        BrokerClause("beside others the suspect that was taken last has the blame") { store in
            let messages = try await store.sendSuspects(3)
            let dead = try store.broker("dying")
            for _ in 0..<2 {
                #expect(try dead.receive(from: [.celery], upTo: 1, in: .quiet).count == 1)
            }
            try await store.leases.expire("dying")
            #expect(try store.keeper("live").recoverTasks().map(\.tasks) == [2])
            let broker = try store.broker()
            let taken = try (0..<3).map { _ in try broker.receiveOne() }
            #expect(try taken.last?.taskID() == messages[1].id)
            #expect(taken.map(\.losses) == [1, 1, 2])
        },
        BrokerClause("where nothing tells who it was none is set aside, however often") { store in
            let messages = try await store.sendSuspects(2)
            for _ in 0..<4 {
                let dead = try store.broker("dying")
                while try dead.receive(from: [.celery], upTo: 1).count > 0 {}
                let plain = OutgoingMessage.sample(try .named("plain"))
                try dead.send([plain])
                let last = try dead.receiveOne(from: plain.queue)
                #expect(last.losses == 0)
                try await store.leases.expire("dying")
                _ = try store.keeper("live").recoverTasks()
                let live = try store.broker("live")
                #expect(try live.finish([live.receiveOne(from: plain.queue).finished()]).isEmpty)
            }
            let broker = try store.broker()
            let taken = try (0..<2).map { _ in try broker.receiveOne() }
            #expect(try taken.map { try $0.taskID() } == messages.map(\.id))
            #expect(taken.map(\.losses) == [2, 2])
        },
        BrokerClause("where workers die of other things it takes more losses") { store in
            let broker = try store.broker()
            for index in 0..<8 {
                try broker.send([.sample()])
                try await store.die(upTo: 1, worker: "dead-\(index)")
                #expect(try broker.finish([broker.receiveOne().finished()]).isEmpty)
            }
            let poison = OutgoingMessage.sample()
            try broker.send([poison])
            var deaths = 0
            while try await store.deadLetters(.celery).isEmpty, deaths < 20 {
                try await store.die(upTo: 1, worker: "killed-\(deaths)")
                deaths += 1
            }
            #expect(deaths > 3 && deaths < 10)
            #expect(try await store.deadLetters(.celery).map(\.id) == [poison.id.text])
        },
        BrokerClause("what follows a task that kills its workers ends with it") { store in
            let embed = """
                {"errbacks":[{"task":"t","options":{"task_id":"told"}}],
                "chain":[{"task":"u","options":{"task_id":"next"}}]}
                """
            let poison = OutgoingMessage.sample(body: Array("[[],{},\(embed)]".utf8))
            try store.broker().send([poison])
            for death in 0..<4 where try await store.deadLetters(.celery).isEmpty {
                try await store.die(upTo: 1, worker: "killed-\(death)")
            }
            #expect(try await store.deadLetters(.celery).map(\.id) == [poison.id.text])
            #expect(try store.broker().receiveIDs() == [TaskID("told")])
            guard case .stored(let next) = try store.results().fetch([TaskID("next")])[0] else {
                Issue.record("what was to follow has no record")
                return
            }
            #expect(next.state == .failure)
        },
        BrokerClause("what is more urgent comes before a suspect, what is less after it") { store in
            let suspect = try await store.sendSuspects(2, priority: 3)
            let broker = try store.broker()
            let (late, urgent) = (OutgoingMessage.sample(priority: 6), OutgoingMessage.sample())
            try broker.send([late, urgent])
            #expect(try broker.receiveIDs(upTo: 1) == [urgent.id])
            let ids = try (0..<3).flatMap { _ in try broker.receiveIDs(upTo: 1) }
            #expect(ids == suspect.map(\.id) + [late.id])
        },
        BrokerClause("a suspect that is put back is one still, at once and later") { store in
            let messages = try await store.sendSuspects(1)
            let broker = try store.broker()
            try broker.send([.sample()])
            let first = try broker.receiveOne()
            #expect(try broker.requeue([RequeuedTask(first)]).isEmpty)
            let second = try broker.receiveOne()
            #expect(try second.taskID() == messages[0].id)
            #expect(second.losses == 1)
            let due = Timestamp.now() + .seconds(2)
            #expect(try broker.requeue([RequeuedTask(second, eta: due)]).isEmpty)
            #expect(try broker.receive(from: [.celery], upTo: 5).map(\.losses) == [0])
            var third: [Delivery] = []
            try await eventually {
                third = try broker.receive(from: [.celery], upTo: 5)
                return !third.isEmpty
            }
            #expect(third.map(\.losses) == [1])
            try broker.requiring(.leaseKeeper).requeueAllBut([])
            let again = try (0..<2).map { _ in try broker.receiveOne() }
            #expect(again.map(\.losses) == [1, 0])
        },
        BrokerClause(
            "suspects wait in their queue as others do: counted, moved, purged",
            needs: [.queueCounting, .queueInspection, .queueControl]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let other = try QueueName.named("other")
            _ = try await store.sendSuspects(2)
            #expect(try admin.summaries(of: [.celery]).map(\.waiting) == [2])
            #expect(try admin.move(from: .celery, to: other, includingDelayed: false) == 2)
            #expect(try broker.requiring(.queueCounting).count(waitingIn: .celery) == 0)
            #expect(try broker.receive(from: [other], upTo: 5).map(\.losses) == [1])
            #expect(try admin.queueNames() == [other])
            #expect(try admin.purge(other, includingDelayed: false) == 1)
            #expect(try broker.receiveIDs(from: [other]).isEmpty)
        },
        BrokerClause(
            "no suspect is taken from a paused queue",
            needs: [.queuePausing]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            _ = try await store.sendSuspects(1)
            #expect(try admin.setPaused(.celery, true))
            #expect(try broker.receiveIDs().isEmpty)
            #expect(broker.suspectsLeft == .none)
            #expect(try admin.setPaused(.celery, false))
            #expect(try broker.receiveIDs().count == 1)
        },
    ].needing(.leaseKeeper)
}

extension TaskStore {
    /// Sends tasks with which a worker has died.
    ///
    /// A single one of them had another beside it, which is gone.
    fileprivate func sendSuspects(
        _ count: Int,
        priority: Int = 0
    ) async throws -> [OutgoingMessage] {
        let messages = OutgoingMessage.samples(count, priority: priority)
        try broker().send(messages)
        try await die(upTo: count)
        return messages
    }

    /// A worker takes tasks and dies.
    fileprivate func die(upTo limit: Int, worker: String = "dying") async throws {
        #expect(try broker(worker).receive(from: [.celery], upTo: limit).count == limit)
        try await leases.expire(worker)
        #expect(try keeper("live").recoverTasks().map(\.tasks) == [limit])
    }

    /// One worker after the other takes tasks, runs them in their order, and dies of the poison; until
    /// nothing is left.
    ///
    /// - Returns: the ids of the tasks that have ended, and how many workers died.
    fileprivate func work(
        on queue: QueueName,
        upTo limit: Int,
        poison: TaskID
    ) async throws -> (done: [String], deaths: Int) {
        var (done, deaths) = ([String](), 0)
        while deaths < 10 {
            let worker = "worker-\(limit)-\(deaths)"
            let broker = try broker(worker)
            let taken = try broker.receive(from: [queue], upTo: limit)
            if taken.isEmpty { break }
            for delivery in taken {
                if try delivery.taskID() == poison {
                    try await leases.expire(worker)
                    _ = try keeper("live").recoverTasks()
                    deaths += 1
                    break
                }
                #expect(try broker.finish([delivery.finished()]).isEmpty)
                done.append(try delivery.taskID().text)
            }
        }
        return (done, deaths)
    }
}
