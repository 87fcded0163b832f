import TaskQueue
import Testing

extension BrokerClause {
    /// Tasks that are not to run before a time.
    static let delays = [
        BrokerClause("a delayed task comes when it is due, and not before") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample(eta: .now() + .seconds(2))
            try broker.send([message])
            #expect(try broker.receiveIDs().isEmpty)
            #expect(broker.nextDue == store.habits.nextDue(message.eta))
            var taken: [TaskID] = []
            try await eventually {
                taken += try broker.receiveIDs()
                return !taken.isEmpty
            }
            #expect(taken == [message.id])
            #expect(try Timestamp.now() >= #require(message.eta))
            #expect(try broker.receiveIDs().isEmpty)
            #expect(broker.nextDue == nil)
        },
        BrokerClause("a time that has passed is no delay") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample(eta: .now() - .seconds(5))
            try broker.send([message])
            #expect(try broker.receiveIDs() == [message.id])
        },
        BrokerClause("the next task to fall due is one of the queues that were asked for") {
            store in
            let broker = try store.broker()
            let other = try QueueName.named("other")
            let (soon, later) = (Timestamp.now() + .seconds(60), Timestamp.now() + .seconds(90))
            try broker.send([.sample(eta: later), .sample(eta: soon), .sample(other, eta: later)])
            #expect(try broker.receive(from: [other], upTo: 1).isEmpty)
            #expect(broker.nextDue == store.habits.nextDue(later))
            #expect(try broker.receive(from: [.celery], upTo: 1).isEmpty)
            #expect(broker.nextDue == store.habits.nextDue(soon))
            #expect(try broker.receive(from: [other, .celery], upTo: 1).isEmpty)
            #expect(broker.nextDue == store.habits.nextDue(soon))
            #expect(try broker.receive(from: [.named("empty")], upTo: 1).isEmpty)
            #expect(broker.nextDue == nil)
        },
        BrokerClause("a delayed task keeps its priority and its queue") { store in
            let broker = try store.broker()
            let other = try QueueName.named("other")
            let due = Timestamp.now() + .milliseconds(200)
            let steps = store.habits.priorities
            let late = OutgoingMessage.sample(other, priority: steps[3])
            let delayed = OutgoingMessage.sample(other, priority: steps[1], eta: due)
            try broker.send([late, delayed])
            try await eventually { Timestamp.now() > store.habits.latest(due) }
            if !store.habits.tellsNextDue {
                let counting = try broker.requiring(.queueCounting)
                try await eventually { try counting.count(waitingIn: other) == 2 }
            }
            #expect(try broker.receiveIDs(from: [.celery]).isEmpty)
            #expect(try broker.receiveIDs(from: [other]) == [delayed.id, late.id])
        },
        BrokerClause("tasks that fall due at one instant come in the order in which they were sent")
        {
            store in
            let (one, two) = (try store.broker("one"), try store.broker("two"))
            let due = Timestamp.now() + .seconds(3)
            try one.send([.sample()])
            let held = try one.receiveOne()
            // Their bytes are in another order.
            let bodies = ["9", "1", "5", "3"].map { Array("[[\($0)],{},{}]".utf8) }
            let messages = (bodies + bodies).map { OutgoingMessage.sample(eta: due, body: $0) }
            try one.send(Array(messages[..<3]))
            try two.send([messages[3]])
            try one.send([messages[4]])
            let next = Array(messages[5...])
            #expect(try one.finish([held.finished(next: next)]).isEmpty)
            // What a worker has taken before its time comes after them.
            try two.send([.sample(id: messages[0].id), .sample(id: messages[1].id)])
            let early = try two.receive(from: [.celery], upTo: 2)
            #expect(try two.requeue(early.map { RequeuedTask($0, eta: due) }).isEmpty)
            // Some brokers send tasks ahead, as long as they are wanted.
            try two.watchArrivals(on: [.celery]).suspend()
            try await eventually { Timestamp.now() > store.habits.latest(due) }
            let expected = messages.map(\.id) + messages[..<2].map(\.id)
            let taken = try one.receiveIDs()
            if store.habits.delayResolution == .zero { #expect(taken == expected) }
            #expect(taken.map(\.text).sorted() == expected.map(\.text).sorted())
        },
        BrokerClause("2,500 tasks that fall due at once all come, each once") { store in
            let broker = try store.broker()
            let due = Timestamp.now() + .milliseconds(500)
            let messages = OutgoingMessage.samples(2_500, eta: due)
            try broker.send(messages)
            var taken: [TaskID] = []
            try await eventually(timeout: .seconds(30)) {
                taken += try broker.receiveAll().map { try $0.taskID() }
                return taken.count >= messages.count
            }
            let isComplete = Set(taken) == Set(messages.map(\.id))
            #expect(isComplete)
            #expect(taken.count == messages.count)
        },
    ]
}
