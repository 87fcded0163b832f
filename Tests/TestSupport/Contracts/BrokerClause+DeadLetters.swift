import TaskQueue
import Testing

extension BrokerClause {
    /// Messages that cannot be run.
    static let deadLetters = [
        BrokerClause(
            "what is set aside is kept to the byte, with the reason",
            needs: [.deadLetterStore]
        ) { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample(body: Array(0...255))
            try broker.send([message])
            let delivery = try broker.receiveOne()
            let letter = DeadLetter(
                delivery,
                reason: "no such task: \"démo\"",
                id: message.id,
                task: message.task,
                result: .failure(message.id)
            )
            #expect(try broker.deadLetter([letter]).isEmpty)
            let found = try await store.deadLetters(.celery)
            #expect(found.count == 1)
            #expect(found.first?.id == message.id.text)
            #expect(found.first?.task == message.task.text)
            #expect(found.first?.reason == letter.reason)
            #expect(found.first?.content == delivery.content)
        },
        BrokerClause("setting aside forgets the message and stores the failure") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let delivery = try broker.receiveOne()
            let result = StoredResult.failure(message.id)
            let letter = DeadLetter(delivery, reason: "broken", id: message.id, result: result)
            #expect(try broker.deadLetter([letter]).isEmpty)
            #expect(try broker.receiveIDs().isEmpty)
            #expect(try broker.deadLetter([letter]).map(\.tag) == [delivery.tag])
            if broker.deadLetterStore != nil {
                #expect(try await store.deadLetters(.celery).count == 1)
            }
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([message.id]) == [.stored(result)])
        },
        BrokerClause(
            "what has no id that can be read is set aside all the same",
            needs: [.deadLetterStore]
        ) { store in
            let broker = try store.broker()
            let queues = [try QueueName.named("a"), try QueueName.named("b")]
            try broker.send([.sample(queues[0]), .sample(queues[1]), .sample(queues[0])])
            let letters = try broker.receiveAll(from: queues)
                .map { DeadLetter($0, reason: "not JSON") }
            #expect(try broker.deadLetter(letters).isEmpty)
            #expect(try await store.deadLetters(queues[0]).count == 2)
            let found = try await store.deadLetters(queues[1])
            #expect(found.map(\.reason) == ["not JSON"])
            #expect(found.map(\.id) == [nil])
        },
    ]
}
