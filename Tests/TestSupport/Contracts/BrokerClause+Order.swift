import TaskQueue
import Testing

extension BrokerClause {
    /// Which tasks come, in which order, and how many.
    static let order = [
        BrokerClause("tasks of a queue come in the order in which they were sent") { store in
            let (sender, broker) = (try store.broker("sender"), try store.broker())
            let messages = OutgoingMessage.samples(20)
            try sender.send(Array(messages[..<12]))
            for message in messages[12...] { try sender.send([message]) }
            #expect(try broker.receiveIDs(upTo: 7) == messages[..<7].map(\.id))
            #expect(try broker.receiveIDs() == messages[7...].map(\.id))
        },
        BrokerClause("the most urgent comes first, and each priority in the order of sending") {
            store in
            let broker = try store.broker()
            let steps = store.habits.priorities
            let messages = [3, 1, 0, 2, 0, 3, 1].map { OutgoingMessage.sample(priority: steps[$0]) }
            try broker.send(messages)
            let sorted = steps.flatMap { step in messages.filter { $0.priority == step } }
            #expect(try broker.receiveIDs() == sorted.map(\.id))
        },
        BrokerClause("priority is stronger than the order of the queues") { store in
            let broker = try store.broker()
            let (first, second) = (try QueueName.named("first"), try QueueName.named("second"))
            let steps = store.habits.priorities
            let late = OutgoingMessage.sample(first, priority: steps[3])
            let urgent = OutgoingMessage.sample(second, priority: steps[1])
            try broker.send([late, urgent])
            #expect(try broker.receiveIDs(from: [first, second]) == [urgent.id, late.id])
        },
        BrokerClause("a queue that delivered goes to the end") { store in
            let broker = try store.broker()
            let queues = [try QueueName.named("a"), try QueueName.named("b")]
            try broker.send(queues.flatMap { OutgoingMessage.samples(3, $0) })
            let served = try (0..<6).flatMap { _ in try broker.receive(from: queues, upTo: 1) }
            if store.habits.servesQueuesInTurn {
                #expect(served.map(\.queue) == queues + queues + queues)
            }
            #expect(Set(served[..<4].map(\.queue)) == Set(queues))
        },
        BrokerClause("one call takes from several queues, and only from those it names") { store in
            let broker = try store.broker()
            let queues = try ["a", "b", "c"].map(QueueName.named)
            try broker.send(queues.flatMap { OutgoingMessage.samples(2, $0) })
            let served = try broker.receive(from: [queues[0], queues[2]], upTo: 10)
            #expect(served.map(\.queue.text).sorted() == ["a", "a", "c", "c"])
            #expect(try broker.receive(from: [queues[1]], upTo: 10).count == 2)
        },
        BrokerClause("no call takes more than its limit") { store in
            let broker = try store.broker()
            try broker.send(OutgoingMessage.samples(5))
            #expect(try broker.receive(from: [.celery], upTo: 0).isEmpty)
            #expect(try broker.receive(from: [.celery], upTo: 2).count == 2)
            #expect(try broker.receive(from: [.celery], upTo: 10).count == 3)
        },
        BrokerClause("an empty queue is no reason to wait") { store in
            let broker = try store.broker()
            let start = Instant.now
            #expect(try broker.receive(from: [.celery, .named("other")], upTo: 10).isEmpty)
            #expect(Instant.now - start < .seconds(2))
        },
        BrokerClause("a batch of 2,000 arrives complete and in order") { store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(2_000)
            try broker.send(messages)
            let deliveries = try broker.receiveAll()
            let isInOrder = try deliveries.map { try $0.taskID() } == messages.map(\.id)
            #expect(isInOrder)
            #expect(deliveries.count == 2_000)
            #expect(Set(deliveries.map(\.tag)).count == 2_000)
        },
        BrokerClause("an empty batch is no error") { store in
            let broker = try store.broker()
            try broker.send([])
            #expect(try broker.finish([]).isEmpty)
            #expect(try broker.requeue([]).isEmpty)
            #expect(try broker.deadLetter([]).isEmpty)
        },
        BrokerClause(
            "what can be counted is what waits: not held, not delayed",
            needs: [.queueCounting]
        ) { store in
            let broker = try store.broker()
            let counting = try broker.requiring(.queueCounting)
            let other = try QueueName.named("other")
            #expect(try counting.count(waitingIn: .celery) == 0)
            try broker.send([0, 3, 6, 9].map { OutgoingMessage.sample(priority: $0) })
            try broker.send([.sample(eta: .now() + .seconds(60)), .sample(other)])
            #expect(try counting.count(waitingIn: .celery) == 4)
            _ = try broker.receiveOne()
            #expect(try counting.count(waitingIn: .celery) == 3)
            #expect(try counting.count(waitingIn: other) == 1)
        },
    ]
}
