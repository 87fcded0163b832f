import TaskQueue
import Testing

extension BrokerClause {
    /// What stands for a lease where a worker's connection is it.
    static let connections = [
        BrokerClause("what a lost connection held comes back, in order and before all else") {
            store in
            let (dead, live) = (try store.broker("dead"), try store.broker("live"))
            let messages = OutgoingMessage.samples(4)
            try dead.send(messages)
            #expect(try dead.receive(from: [.celery], upTo: 3).count == 3)
            try await store.cut("dead")
            let counting = try #require(live.queueCounting)
            try await eventually { try counting.count(waitingIn: .celery) == 4 }
            let again = try live.receive(from: [.celery], upTo: 5)
            #expect(try again.map { try $0.taskID() } == messages.map(\.id))
            #expect(try again.map { try $0.isMarkedAsRedelivered } == [true, true, true, false])
        },
        BrokerClause("what comes back from a lost connection wakes who waits") { store in
            let (dead, live) = (try store.broker("dead"), try store.broker("live"))
            try dead.send([.sample()])
            _ = try dead.receiveOne()
            let watch = try live.watchArrivals(on: [.celery])
            try watch.clear()
            #expect(try live.receiveIDs().isEmpty)
            try watch.resume(upTo: 1)
            try await store.cut("dead")
            // It may be woken by other news of the connection before that.
            var ids: [TaskID] = []
            while ids.isEmpty, watch.isWoken(within: .seconds(60)) {
                try watch.clear()
                ids = try live.receiveIDs()
                try watch.resume(upTo: 1)
            }
            #expect(ids.count == 1)
        },
        BrokerClause("each call over a lost connection says that it is, and does nothing") {
            store in
            let (broker, other) = (try store.broker(), try store.broker("other"))
            try broker.send([.sample()])
            let held = try broker.receiveOne()
            try await store.cut("worker")
            let next = OutgoingMessage.sample(try .named("next"))
            let letter = DeadLetter(held, reason: "late", id: nil)
            let calls: [() throws -> Void] = [
                { try broker.send([next]) },
                { _ = try broker.receive(from: [.celery], upTo: 1) },
                { _ = try broker.finish([held.finished(next: [next])]) },
                { _ = try broker.requeue([RequeuedTask(held)]) },
                { _ = try broker.deadLetter([letter]) },
            ]
            for call in calls {
                let error = #expect(throws: BrokerError.self) { try call() }
                #expect(error.map { $0.mayPass && !$0.isAnswer } == true)
            }
            #expect(try other.receiveIDs(from: [next.queue]).isEmpty)
        },
        BrokerClause("what one connection has taken cannot be settled over another") { store in
            let (holder, other) = (try store.broker(), try store.broker())
            try holder.send([.sample()])
            let held = try holder.receiveOne()
            let next = OutgoingMessage.sample(try .named("next"))
            let letter = DeadLetter(held, reason: "late", id: nil)
            #expect(try other.finish([held.finished(next: [next])]).map(\.tag) == [held.tag])
            #expect(try other.requeue([RequeuedTask(held)]).map(\.tag) == [held.tag])
            #expect(try other.deadLetter([letter]).map(\.tag) == [held.tag])
            #expect(try other.receiveIDs(from: [.celery, next.queue]).isEmpty)
            #expect(try holder.finish([held.finished()]).isEmpty)
        },
        BrokerClause("nor over the next one of its worker, to which the task comes again") {
            store in
            let message = OutgoingMessage.sample()
            let first = try store.broker()
            try first.send([message])
            let old = try first.receiveOne()
            try await store.cut("worker")
            let second = try store.broker()
            var taken: [Delivery] = []
            try await eventually {
                taken += try second.receive(from: [.celery], upTo: 2)
                return !taken.isEmpty
            }
            let again = try #require(taken.first)
            #expect(try again.taskID() == message.id)
            #expect(again.tag != old.tag)
            #expect(try second.finish([old.finished()]).map(\.tag) == [old.tag])
            #expect(try second.finish([again.finished()]).isEmpty)
            #expect(try second.receiveIDs().isEmpty)
        },
        BrokerClause("of a task and what comes next at least one is there, whenever it is lost") {
            store in
            let (broker, other) = (try store.broker(), try store.broker("other"))
            let (message, next) = (OutgoingMessage.sample(), OutgoingMessage.sample())
            try broker.send([message])
            let held = try broker.receiveOne()
            try await store.cutBeforeAcknowledging("worker")
            let error = #expect(throws: BrokerError.self) {
                try broker.finish([held.finished(next: [next])])
            }
            #expect(error?.mayPass == true)
            let left = store.habits.finishesInOneStep ? [message.id] : [message.id, next.id]
            var taken: [TaskID] = []
            try await eventually {
                taken += try other.receiveIDs()
                return taken.count >= left.count
            }
            #expect(Set(taken) == Set(left))
        },
    ].forConnections()
}

extension TaskStore {
    fileprivate func cut(_ worker: String) async throws {
        try await #require(connections).cut(worker)
    }

    fileprivate func cutBeforeAcknowledging(_ worker: String) async throws {
        try await #require(connections).cutBeforeAcknowledging(worker)
    }
}
