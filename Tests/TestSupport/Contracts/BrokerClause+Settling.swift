import TaskQueue
import Testing

extension BrokerClause {
    /// How a task ends, and for whom it does not.
    static let settling = [
        BrokerClause("a task in a worker's hands is delivered to nobody else") { store in
            let (broker, other) = (try store.broker("one"), try store.broker("two"))
            try broker.send(OutgoingMessage.samples(3))
            #expect(try broker.receiveIDs(upTo: 2).count == 2)
            #expect(try other.receiveIDs().count == 1)
            #expect(try broker.receiveIDs().isEmpty)
        },
        BrokerClause("finishing stores the result and forgets the message") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let delivery = try broker.receiveOne()
            let result = StoredResult.success(message.id, JSONText(string: "5"))
            #expect(try broker.finish([FinishedTask(delivery, result: result)]).isEmpty)
            #expect(try broker.receiveIDs().isEmpty)
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([message.id]) == [.stored(result)])
        },
        BrokerClause("finishing without a result stores none") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample(ignoresResult: true)
            try broker.send([message])
            let finished = FinishedTask(try broker.receiveOne(), result: nil)
            #expect(try broker.finish([finished]).isEmpty)
            #expect(try broker.receiveIDs().isEmpty)
            #expect(try store.results().fetch([message.id]) == [.unknown])
        },
        BrokerClause("a task that is finished twice is lost the second time") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let delivery = try broker.receiveOne()
            let first = StoredResult.failure(message.id)
            #expect(try broker.finish([FinishedTask(delivery, result: first)]).isEmpty)
            let second = FinishedTask(delivery, result: .success(message.id))
            #expect(try broker.finish([second]).map(\.tag) == [delivery.tag])
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([message.id]) == [.stored(first)])
        },
        BrokerClause("who lost a task to another worker can do nothing to it any more") { store in
            let (former, holder) = (try store.broker("former"), try store.broker("holder"))
            let message = OutgoingMessage.sample()
            try former.send([message])
            let lost = try former.receiveOne()
            #expect(try former.requeue([RequeuedTask(lost)]).isEmpty)
            let held = try holder.receiveOne()
            #expect(held.tag != lost.tag)
            let failure = StoredResult.failure(message.id)
            let finished = FinishedTask(lost, result: failure)
            let letter = DeadLetter(lost, reason: "too late", id: message.id, result: failure)
            #expect(try former.finish([finished]).map(\.tag) == [lost.tag])
            #expect(try former.requeue([RequeuedTask(lost)]).map(\.tag) == [lost.tag])
            #expect(try former.deadLetter([letter]).map(\.tag) == [lost.tag])
            #expect(try store.hasNoRecord(of: message.id))
            #expect(try await store.deadLetters(.celery).isEmpty)
            #expect(try former.receiveIDs().isEmpty)
            #expect(try holder.finish([FinishedTask(held, result: nil)]).isEmpty)
        },
        BrokerClause("of a batch only those that were lost are told") { store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(4)
            try broker.send(messages)
            let deliveries = try broker.receive(from: [.celery], upTo: 4)
            #expect(try broker.finish([FinishedTask(deliveries[1], result: nil)]).isEmpty)
            let all = zip(deliveries, messages).map { FinishedTask($0, result: .success($1.id)) }
            #expect(try broker.finish(all).map(\.tag) == [deliveries[1].tag])
            #expect(try broker.receiveIDs().isEmpty)
        },
        BrokerClause("1,200 tasks are finished in one batch") { store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(1_200)
            try broker.send(messages)
            let results = messages.map { StoredResult.success($0.id) }
            let finished = zip(try broker.receiveAll(), results).map {
                FinishedTask($0, result: $1)
            }
            #expect(finished.count == 1_200)
            #expect(try broker.finish(finished).isEmpty)
            #expect(try broker.finish(finished).count == 1_200)
            guard broker.holdsResults else { return }
            let found = try store.results().fetch(messages.map(\.id))
            let isComplete = found == results.map { .stored($0) }
            #expect(isComplete)
        },
        BrokerClause("no two deliveries have the same tag, whoever took them") { store in
            let brokers = try ["one", "one", "two"].map { try store.broker($0) }
            try brokers[0].send(OutgoingMessage.samples(9))
            var deliveries: [Delivery] = []
            for broker in brokers + brokers { deliveries.append(try broker.receiveOne()) }
            #expect(try brokers[1].requeue([RequeuedTask(deliveries[1])]).isEmpty)
            deliveries.append(try brokers[0].receiveOne())
            #expect(Set(deliveries.map(\.tag)).count == 7)
        },
    ]
}
