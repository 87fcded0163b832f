import TaskQueue
import Testing

extension BrokerClause {
    /// What becomes of the tasks of workers that die.
    static let recovery = [
        BrokerClause("what a dead worker held comes back, in order and before all else") { store in
            let dead = try store.broker("dead")
            let messages = OutgoingMessage.samples(4)
            try dead.send(messages)
            #expect(try dead.receive(from: [.celery], upTo: 3).count == 3)
            try await store.leases.expire("dead")
            let recovered = try store.keeper("live").recoverTasks()
            #expect(recovered.map(\.worker) == ["dead"])
            #expect(recovered.map(\.tasks) == [3])
            #expect(try store.keeper("live").recoverTasks().isEmpty)
            let live = try store.broker("live")
            if let counting = live.queueCounting {
                #expect(try counting.count(waitingIn: .celery) == 4)
            }
            #expect(try (0..<4).flatMap { _ in try live.receiveIDs() } == messages.map(\.id))
        },
        BrokerClause("a worker that lives keeps what it holds, and its lease") { store in
            let broker = try store.broker()
            try broker.send([.sample()])
            let delivery = try broker.receiveOne()
            let keeper = try store.keeper()
            #expect(try keeper.renewLease(holding: [delivery.tag], serving: [.celery]))
            #expect(try store.keeper("live").recoverTasks().isEmpty)
            #expect(try keeper.renewLease(holding: [delivery.tag], serving: [.celery]))
            #expect(try broker.finish([delivery.finished()]).isEmpty)
            try keeper.releaseLease(serving: [.celery])
            #expect(try store.keeper("live").recoverTasks().isEmpty)
        },
        BrokerClause("a worker that was taken for dead writes nothing for what it held") { store in
            let paused = try store.broker("paused")
            let messages = OutgoingMessage.samples(2)
            try paused.send(messages)
            let held = try paused.receive(from: [.celery], upTo: 2)
            try await store.leases.expire("paused")
            _ = try store.keeper("live").recoverTasks()
            let record = StoredResult(id: messages[0].id, state: .success, result: .null)
            let next = OutgoingMessage.sample(try .named("next"))
            let tags = held.map(\.tag)
            let finished = held.map { $0.finished(record, next: [next]) }
            #expect(try paused.finish(finished).map(\.tag).sorted() == tags.sorted())
            let requeued = held.map { RequeuedTask($0) }
            #expect(try paused.requeue(requeued).map(\.tag).sorted() == tags.sorted())
            let letters = held.map { DeadLetter($0, reason: "late", id: nil) }
            #expect(try paused.deadLetter(letters).map(\.tag).sorted() == tags.sorted())
            #expect(try store.results().fetch([messages[0].id]).first?.isFinal != true)
            #expect(try paused.receiveIDs(from: [.named("next")]).isEmpty)
            #expect(try await store.deadLetters(.celery).isEmpty)
            #expect(try !store.keeper("paused").renewLease(holding: [], serving: [.celery]))
        },
        BrokerClause("nor does it send its retry, or tell how far it has come") { store in
            let paused = try store.broker("paused")
            let message = OutgoingMessage.sample()
            try paused.send([message])
            let held = try paused.receiveOne()
            try await store.leases.expire("paused")
            let live = try store.broker("live")
            _ = try store.keeper("live").recoverTasks()
            let record = StoredResult(id: message.id, state: .progress, result: .null)
            if paused.holdsResults {
                let lost = try paused.report([ProgressReport(held, result: record)])
                #expect(lost.map(\.tag) == [held.tag])
            }
            let later = Timestamp.now() + .seconds(60)
            let again = [nil, later].map { OutgoingMessage.sample(id: message.id, eta: $0) }
            let retry = StoredResult(id: message.id, state: .retry, result: .null)
            #expect(try paused.finish([held.finished(retry, next: again)]).map(\.tag) == [held.tag])
            #expect(try store.results().fetch([message.id]) == [.pending])
            #expect(try live.receiveOne().losses == 1)
            #expect(try live.receiveIDs().isEmpty)
            #expect(live.nextDue == nil)
        },
        BrokerClause("a worker that was taken for dead begins anew, and its old delivery is lost") {
            store in
            let worker = try store.broker("paused")
            let message = OutgoingMessage.sample()
            try worker.send([message])
            let old = try worker.receiveOne()
            try await store.leases.expire("paused")
            _ = try store.keeper("live").recoverTasks()
            let keeper = try store.keeper("paused")
            #expect(try !keeper.renewLease(holding: [old.tag], serving: [.celery]))
            let new = try worker.receiveOne()
            #expect(new.tag != old.tag)
            #expect(try keeper.renewLease(holding: [new.tag], serving: [.celery]))
            #expect(try worker.finish([old.finished()]).map(\.tag) == [old.tag])
            #expect(try store.keeper("live").recoverTasks().isEmpty)
            #expect(try worker.finish([new.finished()]).isEmpty)
        },
        BrokerClause("each task goes back to its own queue, with its own priority") { store in
            let dead = try store.broker("dead")
            let other = try QueueName.named("other")
            let messages: [OutgoingMessage] = [
                .sample(priority: 3), .sample(other, priority: 6), .sample(),
            ]
            try dead.send(messages)
            #expect(try dead.receive(from: [.celery, other], upTo: 3).count == 3)
            try await store.leases.expire("dead")
            #expect(try store.keeper("live").recoverTasks().map(\.tasks) == [3])
            let live = try store.broker("live")
            let urgent = OutgoingMessage.sample(other, priority: 3)
            try live.send([urgent])
            let ids = try (0..<2).map { _ in try live.receiveOne().taskID() }
            #expect(ids == [messages[2].id, messages[0].id])
            let others = try (0..<2).map { _ in try live.receiveOne(from: other).taskID() }
            #expect(others == [urgent.id, messages[1].id])
        },
        BrokerClause("of several that recover at once each task comes back once") { store in
            let dead = try store.broker("dead")
            let messages = OutgoingMessage.samples(40)
            try dead.send(messages)
            #expect(try dead.receiveAll().count == 40)
            try await store.leases.expire("dead")
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        try await onThread {
                            let recovered = try store.keeper("live-\(number)").recoverTasks()
                            return recovered.reduce(0) { $0 + $1.tasks }
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(counts == 40)
            let live = try store.broker("live")
            let taken = try (0..<40).map { _ in try live.receiveOne() }
            #expect(try taken.map { try $0.taskID() } == messages.map(\.id))
            #expect(taken.allSatisfy { $0.losses == 1 })
            #expect(try live.receiveIDs().isEmpty)
        },
        BrokerClause("what comes back wakes who waits") { store in
            let (dead, live) = (try store.broker("dead"), try store.broker("live"))
            try dead.send([.sample()])
            _ = try dead.receiveOne()
            let watch = try live.watchArrivals(on: [.celery])
            try watch.clear()
            #expect(try live.receiveIDs().isEmpty)
            try watch.resume(upTo: 1)
            try await store.leases.expire("dead")
            #expect(try store.keeper("other").recoverTasks().map(\.tasks) == [1])
            #expect(watch.isWoken(within: .seconds(60)))
            try watch.clear()
            #expect(try live.receiveIDs().count == 1)
        },
        BrokerClause("a worker's name means itself alone, whatever stands in it") { store in
            let names = [
                ("*", "one"), ("on?", "one"), ("[o]ne", "one"), ("o", "o:ne"), ("^", "a"),
                ("%", "a"), ("_", "a"), ("x[y]-\\z", "x"),
            ]
            let (keeper, queue) = (try store.keeper("other"), try QueueName.named("other"))
            for (dead, live) in names {
                let (namesake, broker) = (try store.broker(dead), try store.broker(live))
                try broker.send([.sample(), .sample(queue)])
                let held = try broker.receiveOne()
                _ = try namesake.receiveOne(from: queue)
                try await store.leases.expire(dead)
                #expect(try keeper.recoverTasks().map(\.worker) == [dead])
                #expect(try broker.receiveIDs().isEmpty)
                #expect(try broker.finish([held.finished()]).isEmpty)
                let found = try broker.receiveOne(from: queue)
                #expect(try broker.finish([found.finished()]).isEmpty)
            }
        },
        BrokerClause("what a worker does not know that it holds goes back, without a loss") {
            store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(3)
            try broker.send(messages)
            let held = try broker.receive(from: [.celery], upTo: 3)
            try broker.requiring(.leaseKeeper).requeueAllBut([held[0].tag])
            let again = try broker.receive(from: [.celery], upTo: 3)
            #expect(try again.map { try $0.taskID() } == messages[1...].map(\.id))
            #expect(again.map(\.losses) == [0, 0])
            #expect(try again.allSatisfy { try $0.isMarkedAsRedelivered })
        },
        BrokerClause("a task with which three workers died alone is set aside") { store in
            let message = OutgoingMessage.sample()
            try store.broker().send([message])
            for worker in ["one", "two", "three"] {
                #expect(try store.broker(worker).receiveIDs() == [message.id])
                try await store.leases.expire(worker)
                #expect(try store.keeper("live").recoverTasks().map(\.tasks) == [1])
            }
            #expect(try store.broker().receiveIDs().isEmpty)
            let letter = try #require(try await store.deadLetters(.celery).first)
            #expect(letter.id == message.id.text)
            #expect(letter.reason.contains("3 workers died while they held this task"))
            #expect(try store.results().fetch([message.id]).first?.isFinal == true)
            if let letters = try store.broker().deadLetterStore {
                let found = try letters.deadLetters(named: message.id.text, among: [.celery])
                #expect(found.first?.losses == 3)
            }
        },
        BrokerClause("a count of losses that a client has written counts for nothing") { store in
            var message = OutgoingMessage.sample()
            let forged = JSONText(wellFormed: Array("99".utf8))
            message.message.headers = message.message.headers.setting([("tq_losses", forged)])
            try store.broker().send([message])
            for worker in ["one", "two"] {
                let delivery = try store.broker(worker).receiveOne()
                #expect(delivery.losses == (worker == "one" ? 0 : 1))
                try await store.leases.expire(worker)
                _ = try store.keeper("live").recoverTasks()
            }
            #expect(try store.broker("three").receiveOne().losses == 2)
            #expect(try await store.deadLetters(.celery).isEmpty)
        },
    ].needing(.leaseKeeper)
}

extension Delivery {
    /// Whether it says that it was put back, in both places where that is looked for.
    package var isMarkedAsRedelivered: Bool {
        get throws {
            let message = try message()
            let info = message.properties[key: "delivery_info"]
            return message.headers[key: "redelivered"]?.boolean == true
                && info?[key: "redelivered"]?.boolean == true
        }
    }
}
