import TaskQueue
import Testing

extension BrokerClause {
    /// What operators see, and do.
    static let administration =
        looking.needing(.queueInspection) + lettersAgain.needing(.deadLetterStore)
        + queueMoves.needing(.queueControl) + pauses.needing(.queuePausing)
        + revocations.needing(.taskRevoking)

    private static let looking = [
        BrokerClause("an operator sees what waits, is delayed, runs and is dead") { store in
            let (broker, admin) = (try store.broker("one"), try store.administration())
            let queue = try QueueName.named("a queue")
            #expect(try admin.queueNames().isEmpty)
            let before = Timestamp.now() - .seconds(1)
            try broker.send(OutgoingMessage.samples(2, queue))
            _ = try broker.deadLetter([DeadLetter(try broker.receiveOne(from: queue), reason: "x")])
            _ = try broker.receiveOne(from: queue)
            #expect(try admin.summary(of: queue).oldestAt == nil)
            try broker.send(
                OutgoingMessage.samples(3, queue) + [.sample(queue, priority: 4)]
                    + OutgoingMessage.samples(2, queue, eta: .now() + .seconds(60))
            )
            let summary = try admin.summary(of: queue)
            #expect(summary.waiting == 4)
            #expect(summary.delayed == 2)
            #expect(summary.running == 1)
            #expect(summary.dead == 1)
            #expect(!summary.isPaused)
            let oldest = try #require(summary.oldestAt)
            #expect(oldest > before && oldest < .now() + .seconds(1))
            #expect(try admin.queueNames() == [queue])
            #expect(try admin.summary(of: .celery).waiting == 0)
        },
        BrokerClause(
            "a queue exists for an operator by any of what is in it",
            needs: [.queuePausing]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let queues = try ["dead", "delayed", "held", "paused", "waiting"].map(QueueName.named)
            try broker.send([.sample(queues[0]), .sample(queues[2])])
            _ = try broker.deadLetter([
                DeadLetter(try broker.receiveOne(from: queues[0]), reason: "x")
            ])
            _ = try broker.receiveOne(from: queues[2])
            try broker.send([.sample(queues[1], eta: .now() + .seconds(60))])
            #expect(try admin.setPaused(queues[3], true))
            try broker.send([.sample(queues[4], priority: 9)])
            // What is held alone has no key of its queue in Redis: it is found where it is taken from.
            let names = try admin.queueNames()
            #expect(names.filter { $0 != queues[2] } == queues.filter { $0 != queues[2] })
        },
        BrokerClause("an operator sees the tasks in workers' hands, and since when") { store in
            let (broker, admin) = (try store.broker("one"), try store.administration())
            let messages = OutgoingMessage.samples(3)
            try broker.send(messages)
            #expect(try admin.runningTasks().isEmpty)
            let held = try broker.receive(from: [.celery], upTo: 2)
            let running = try admin.runningTasks()
            #expect(running.map(\.id) == messages.prefix(2).map(\.id))
            #expect(running.map(\.task) == messages.prefix(2).map(\.task))
            #expect(running.map(\.queue) == [.celery, .celery])
            #expect(running.map(\.worker) == ["one", "one"])
            for task in running {
                let since = Timestamp.now() - (try #require(task.takenAt))
                #expect(since > .seconds(-1) && since < .seconds(60))
            }
            #expect(try admin.workers().map(\.id) == ["one"])
            #expect(try admin.workers().map(\.held) == [2])
            _ = try broker.finish(held.map { $0.finished() })
            #expect(try admin.runningTasks().isEmpty)
        },
    ]

    private static let lettersAgain = [
        BrokerClause("dead letters are listed page by page, and found by their id") { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let messages = OutgoingMessage.samples(5)
            try broker.send(messages)
            for (number, delivery) in try broker.receiveAll().enumerated() {
                let (id, task) = (messages[number].id, messages[number].task)
                let letter = DeadLetter(delivery, reason: "no \"\(number)\"", id: id, task: task)
                #expect(try broker.deadLetter([letter]).isEmpty)
            }
            let pages = try [0, 2, 4, 6].map { try admin.letters(skipping: $0, upTo: 2) }
            #expect(pages.map(\.count) == [2, 2, 1, 0])
            #expect(pages.joined().map(\.id) == messages.map(\.id))
            #expect(pages.joined().map(\.reason) == (0..<5).map { "no \"\($0)\"" })
            #expect(pages.joined().allSatisfy { $0.content == nil && $0.queue == .celery })
            #expect(Set(pages.joined().map(\.key)).count == 5)
            let found = try admin.deadLetters(named: messages[3].id.text)
            #expect(found.map(\.key) == [pages[1][1].key])
            #expect(found.first?.task == messages[3].task)
            #expect(found.first?.content != nil)
            #expect(try admin.deadLetters(named: "nobody").isEmpty)
        },
        BrokerClause("a dead letter that is sent again is delivered as it was, once") { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let message = OutgoingMessage.sample(priority: 4, body: Array(0...255))
            try broker.send([message])
            let delivery = try broker.receiveOne()
            let letter = DeadLetter(
                delivery,
                reason: "x",
                id: message.id,
                task: message.task,
                result: .failure(message.id)
            )
            #expect(try broker.deadLetter([letter]).isEmpty)
            let found = try #require(try admin.deadLetters(named: message.id.text).first)
            #expect(try admin.retry(found))
            #expect(try !admin.retry(found))
            #expect(try admin.letters().isEmpty)
            if broker.holdsResults {
                #expect(try store.results().fetch([message.id]) == [.pending])
            }
            let again = try broker.receiveAll()
            #expect(again.count == 1)
            #expect(again.first?.losses == 0)
            #expect(again.first?.content == delivery.content)
            let success = StoredResult.success(message.id)
            #expect(try broker.finish(again.map { $0.finished(success) }).isEmpty)
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([message.id]) == [.stored(success)])
        },
        BrokerClause("a dead letter that is dropped is gone; one without an id has a key") {
            store in
            let (broker, admin) = (try store.broker(), try store.administration())
            try broker.send(OutgoingMessage.samples(3))
            let letters = try broker.receiveAll().map { DeadLetter($0, reason: "not JSON") }
            #expect(try broker.deadLetter(letters).isEmpty)
            let stored = try admin.letters()
            #expect(stored.map(\.name) == stored.map(\.key))
            #expect(try admin.deadLetters(named: stored[1].key).map(\.key) == [stored[1].key])
            #expect(try admin.drop(stored[1]))
            #expect(try !admin.drop(stored[1]))
            #expect(try admin.letters().map(\.key) == [stored[0].key, stored[2].key])
            #expect(try broker.receiveIDs().isEmpty)
        },
    ]

    private static let queueMoves = [
        BrokerClause(
            "purging takes what waits, and what is delayed if that is said",
            needs: [.queueInspection]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let other = try QueueName.named("other")
            try broker.send(OutgoingMessage.samples(2))
            let held = try broker.receiveOne()
            try broker.send(
                OutgoingMessage.samples(1200) + OutgoingMessage.samples(2, priority: 9)
                    + OutgoingMessage.samples(3, eta: .now() + .seconds(60)) + [.sample(other)]
            )
            #expect(try admin.purge(.celery, includingDelayed: false) == 1203)
            #expect(try admin.summary(of: .celery).delayed == 3)
            #expect(try admin.purge(.celery, includingDelayed: true) == 3)
            #expect(try admin.purge(.celery, includingDelayed: true) == 0)
            #expect(try broker.finish([held.finished()]).isEmpty)
            #expect(try broker.receiveIDs(from: [.celery, other]).count == 1)
        },
        BrokerClause("who waits for a task that is purged is told, and so is who asks later") {
            store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let results = try store.results()
            guard broker.holdsResults else { return }
            let named = OutgoingMessage.sample(id: TaskID("\"é"), sending: "1")
            let messages = [.sample(), .sample(eta: .now() + .seconds(60)), named]
            let silent = OutgoingMessage.sample(ignoresResult: true)
            try broker.send(messages + [silent])
            let ids = messages.map(\.id)
            #expect(try results.awaitFinal(ids, until: .now).isEmpty)
            #expect(try admin.purge(.celery, includingDelayed: true) == 4)
            #expect(try results.awaitFinal(ids, until: .now + .seconds(4)).isEmpty == false)
            for status in try store.results().fetch(ids) {
                guard case .stored(let record) = status else {
                    Issue.record("it is \(status)")
                    continue
                }
                #expect(record.state == .revoked && record.finishedAt != nil)
                #expect(record.failure == .revoked(because: "purged"))
            }
            #expect(try store.results().fetch([silent.id]) == [.unknown])
        },
        BrokerClause(
            "moving keeps the order and the priorities",
            needs: [.queueInspection]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let other = try QueueName.named("other \"q\"")
            let eta = Timestamp.now() + .seconds(600)
            let messages = OutgoingMessage.samples(250) + OutgoingMessage.samples(250, priority: 3)
            try broker.send(messages + [.sample(eta: eta)])
            #expect(try admin.move(from: .celery, to: other, includingDelayed: false) == 500)
            #expect(try admin.summary(of: .celery).delayed == 1)
            #expect(try broker.receiveIDs().isEmpty)
            let moved = try broker.receiveAll(from: [other])
            #expect(try moved.map { try $0.taskID() } == messages.map(\.id))
            #expect(Set(moved.map(\.queue)) == [other])
            #expect(try admin.move(from: .celery, to: other, includingDelayed: true) == 1)
            #expect(try admin.summaries(of: [.celery, other]).map(\.delayed) == [0, 1])
        },
    ]

    private static let pauses = [
        BrokerClause(
            "nothing is taken from a paused queue, nor found due there",
            needs: [.queueInspection]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let other = try QueueName.named("other")
            try broker.send([.sample(), .sample(eta: .now() + .milliseconds(1)), .sample(other)])
            #expect(try admin.setPaused(.celery, true))
            #expect(try !admin.setPaused(.celery, true))
            #expect(try admin.summaries(of: [.celery, other]).map(\.isPaused) == [true, false])
            #expect(try broker.receive(from: [.celery, other], upTo: 9).map(\.queue) == [other])
            #expect(broker.nextDue == nil)
            #expect(try admin.setPaused(.celery, false))
            #expect(try !admin.setPaused(.celery, false))
            try await eventually { try broker.receiveIDs().count > 0 }
        },
        BrokerClause("waiting at a paused queue ends with the pause, and not before") { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            _ = try admin.setPaused(.celery, true)
            let watch = try broker.watchArrivals(on: [.celery])
            /// The order that a worker keeps.
            func look() throws -> Int {
                try watch.clear()
                let ids = try broker.receiveIDs()
                try watch.resume(upTo: 100)
                return ids.count
            }
            #expect(try look() == 0)
            try store.broker("sender").send([.sample()])
            // It may be woken by what was sent, but must come to rest.
            if watch.isWoken(within: .milliseconds(300)) { #expect(try look() == 0) }
            #expect(!watch.isWoken(within: .milliseconds(300)))
            _ = try admin.setPaused(.celery, false)
            #expect(watch.isWoken(within: .seconds(60)))
            #expect(try look() == 1)
            // A queue that is paused again at once is no cause for haste either.
            _ = try admin.setPaused(.celery, true)
            try store.broker("sender").send([.sample()])
            for _ in 0..<8 where watch.isWoken(within: .milliseconds(100)) {
                #expect(try look() == 0)
            }
            #expect(!watch.isWoken(within: .milliseconds(300)))
        },
    ]

    private static let revocations = [
        BrokerClause(
            "a delayed task that is taken out is counted no more, and frees its key",
            needs: [.queueInspection, .uniqueSending]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let unique = try broker.requiring(.uniqueSending)
            let eta = Timestamp.now() + .seconds(60 * 86_400)
            let far = OutgoingMessage.sample(eta: eta, unique: UniqueHold("k"))
            let other = OutgoingMessage.sample(eta: eta)
            #expect(try unique.sendUnlessHeld([far], isRepeated: false) == [nil])
            let many = OutgoingMessage.samples(1_200, eta: eta)
            try broker.send(many + [other])
            try admin.revoke([far.id], for: .seconds(600))
            try admin.takeOut([far.id, .next()])
            #expect(try admin.summary(of: .celery).delayed == 1_201)
            #expect(try admin.find([far.id, other.id]) == [other.id])
            try admin.takeOut(many.map(\.id))
            #expect(try admin.summary(of: .celery).delayed == 1)
            let again = OutgoingMessage.sample(id: far.id, unique: UniqueHold("k"))
            #expect(try unique.sendUnlessHeld([again], isRepeated: false) == [nil])
            #expect(try broker.receiveOne().isRevoked == false)
        },
        BrokerClause("a task is found wherever it is, until it has ended") { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let queue = try QueueName.named("a queue")
            let messages = [
                .sample(), .sample(queue, priority: 9), .sample(eta: .now() + .seconds(60)),
                OutgoingMessage.sample(id: TaskID("celery's \"own\" é")),
            ]
            try broker.send(messages)
            let held = try broker.receiveOne()
            let ids = messages.map(\.id)
            guard try admin.searches else { return #expect(try admin.find(ids).isEmpty) }
            #expect(try admin.find(ids + [.next()]) == Set(ids))
            _ = try broker.finish([held.finished()])
            #expect(try admin.find(ids) == Set(ids.dropFirst()))
        },
        BrokerClause(
            "a revocation ends with the task's run, or with a dead letter's retry",
            needs: [.deadLetterStore]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let messages = OutgoingMessage.samples(2)
            try broker.send(messages)
            let held = try broker.receive(from: [.celery], upTo: 2)
            try admin.revoke(messages.map(\.id), for: .seconds(600))
            // As a worker that serves the queue does meanwhile.
            #expect(try broker.receive(from: [.celery], upTo: 1).isEmpty)
            #expect(try broker.finish([held[0].finished(.success(messages[0].id))]).isEmpty)
            let (id, task) = (messages[1].id, messages[1].task)
            let letter = DeadLetter(held[1], reason: "x", id: id, task: task)
            #expect(try broker.deadLetter([letter]).isEmpty)
            let stored = try #require(try admin.deadLetters(named: messages[1].id.text).first)
            #expect(try admin.retry(stored))
            if store.habits.forgetsRevocations { try broker.send([messages[0]]) }
            let again = try broker.receiveAll()
            #expect(again.count == (store.habits.forgetsRevocations ? 2 : 1))
            #expect(!again.contains { $0.isRevoked })
        },
        BrokerClause("a revoked task comes marked, until it has been finished") { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let messages = OutgoingMessage.samples(2) + [.sample(eta: .now() + .milliseconds(20))]
            try broker.send(messages)
            try admin.revoke([messages[1].id, messages[2].id], for: .seconds(600))
            let taken = try broker.receive(from: [.celery], upTo: 2)
            #expect(taken.map(\.isRevoked) == [false, true])
            // As of a worker that was killed, or stopped.
            #expect(try broker.requeue([RequeuedTask(taken[1])]).isEmpty)
            let again = try broker.receiveOne()
            #expect(again.isRevoked)
            #expect(try broker.finish([again.finished()]).isEmpty)
            try broker.send([messages[1]])
            let anew = try broker.receiveAll().filter { try $0.taskID() == messages[1].id }
            #expect(anew.map(\.isRevoked) == [false])
        },
        BrokerClause("a delayed task is revoked too, and a revocation is forgotten in time") {
            store in
            let (broker, admin) = (try store.broker(), try store.administration())
            let delayed = OutgoingMessage.sample(eta: .now() + .milliseconds(300))
            try broker.send([delayed])
            try admin.revoke([delayed.id], for: .seconds(600))
            let late = OutgoingMessage.sample()
            try admin.revoke([late.id], for: .seconds(1))
            var found: [Delivery] = []
            try await eventually {
                found += try broker.receive(from: [.celery], upTo: 1)
                return !found.isEmpty
            }
            #expect(found.map(\.isRevoked) == [true])
            #expect(try broker.finish(found.map { $0.finished() }).isEmpty)
            try broker.send([late])
            try await eventually {
                let delivery = try broker.receiveOne()
                _ = try broker.requeue([RequeuedTask(delivery)])
                return !delivery.isRevoked
            }
        },
    ]
}
