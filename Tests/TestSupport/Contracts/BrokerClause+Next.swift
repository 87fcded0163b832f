import TaskQueue
import Testing

extension BrokerClause {
    /// What is sent as a task is finished.
    static let next = [
        BrokerClause("a task that is tried again is the new message, and its record says so") {
            store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            let again = OutgoingMessage.sample(id: message.id, body: Array("[[2],{},{}]".utf8))
            try broker.send([message])
            let first = try broker.receiveOne()
            let retry = StoredResult(id: message.id, state: .retry, result: .null)
            #expect(try broker.finish([first.finished(retry, next: [again])]).isEmpty)
            if broker.holdsResults {
                #expect(try store.results().fetch([message.id]) == [.stored(retry)])
            }
            let second = try broker.receiveOne()
            #expect(second.tag != first.tag)
            #expect(try second.taskID() == message.id)
            #expect(try second.message().body == again.message.body)
            #expect(try broker.receiveIDs().isEmpty)
            let success = StoredResult.success(message.id)
            #expect(try broker.finish([second.finished(success)]).isEmpty)
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([message.id]) == [.stored(success)])
        },
        BrokerClause("what comes next is sent without a record too") { store in
            let broker = try store.broker()
            let next = OutgoingMessage.samples(2)
            try broker.send([.sample()])
            #expect(try broker.finish([broker.receiveOne().finished(next: next)]).isEmpty)
            #expect(try broker.receiveIDs() == next.map(\.id))
        },
        BrokerClause("what comes next is served after what waits, by its priority and queue") {
            store in
            let broker = try store.broker()
            let other = try QueueName.named("other")
            let steps = store.habits.priorities
            let messages = OutgoingMessage.samples(2, priority: steps[0])
            let next = [
                OutgoingMessage.sample(priority: steps[0]), .sample(other),
                .sample(priority: steps[2]), .sample(priority: steps[0]),
                .sample(priority: steps[1]),
            ]
            try broker.send(messages)
            #expect(try broker.finish([broker.receiveOne().finished(next: next)]).isEmpty)
            let order = [messages[1], next[0], next[3], next[4], next[2]]
            #expect(try broker.receiveIDs() == order.map(\.id))
            #expect(try broker.receiveIDs(from: [other]) == [next[1].id])
        },
        BrokerClause("what comes next at a time comes at that time") { store in
            let broker = try store.broker()
            let other = try QueueName.named("other")
            let queues = [QueueName.celery, other]
            try broker.send(OutgoingMessage.samples(2))
            let hour = Timestamp.now() + .seconds(3_600)
            let early = try broker.receiveOne()
            let next = [
                OutgoingMessage.sample(eta: hour), .sample(other, eta: hour),
                .sample(priority: store.habits.priorities[1]),
                .sample(priority: store.habits.priorities[0], eta: .now() - .seconds(5)),
            ]
            let second = try broker.receiveOne()
            #expect(try broker.finish([early.finished(next: next)]).isEmpty)
            #expect(try broker.receiveIDs(from: queues) == [next[3].id, next[2].id])
            #expect(broker.nextDue == store.habits.nextDue(hour))
            let due = Timestamp.now() + .milliseconds(500)
            let soon = [OutgoingMessage.sample(eta: due), .sample(other, eta: due)]
            #expect(try broker.finish([second.finished(next: soon)]).isEmpty)
            var late: [TaskID] = []
            try await eventually {
                late += try broker.receiveIDs(from: queues)
                return late.count >= 2
            }
            #expect(Timestamp.now() >= due)
            #expect(Set(late) == Set(soon.map(\.id)))
        },
        BrokerClause("who lost a task sends nothing in its place") { store in
            let (former, holder) = (try store.broker("former"), try store.broker("holder"))
            let messages = OutgoingMessage.samples(2)
            try former.send(messages)
            let lost = try former.receiveOne()
            #expect(try former.requeue([RequeuedTask(lost)]).isEmpty)
            let held = try holder.receiveOne()
            let kept = try former.receiveOne()
            let next = OutgoingMessage.samples(4)
            let retry = StoredResult(id: messages[0].id, state: .retry, result: .null)
            let finished = [
                lost.finished(retry, next: [next[0], next[1]]), kept.finished(next: [next[2]]),
            ]
            #expect(try former.finish(finished).map(\.tag) == [lost.tag])
            #expect(try former.finish(finished).map(\.tag) == [lost.tag, kept.tag])
            #expect(try former.receiveIDs() == [next[2].id])
            #expect(try store.hasNoRecord(of: messages[0].id))
            #expect(try holder.finish([held.finished(next: [next[3]])]).isEmpty)
            #expect(try former.receiveIDs() == [next[3].id])
        },
        BrokerClause("what comes next is known as sent, and so is what was sent before") { store in
            let (broker, results) = (try store.broker(), try store.results())
            guard broker.holdsResults else { return }
            let messages = OutgoingMessage.samples(3)
            let named = OutgoingMessage.sample(id: TaskID("named"))
            let next = OutgoingMessage.sample()
            let ignored = OutgoingMessage.sample(ignoresResult: true)
            // The first id once more, after later ones of its sender.
            let again = OutgoingMessage.sample(id: messages[0].id)
            try broker.send(messages)
            let finished = try broker.receiveOne().finished(next: [named, next, ignored, again])
            #expect(try broker.finish([finished]).isEmpty)
            let sent = messages + [named, next]
            #expect(try results.fetch(sent.map(\.id)) == sent.map { _ in .pending })
            #expect(try results.fetch([ignored.id]) == [.unknown])
        },
        BrokerClause("1,200 tasks are tried again in one batch, in their order") { store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(1_200)
            try broker.send(messages)
            let deliveries = try broker.receiveAll()
            // Every third ends for good.
            let finished = zip(deliveries, messages).enumerated().map { index, pair in
                index % 3 == 0
                    ? pair.0.finished(.success(pair.1.id))
                    : pair.0.finished(next: [.sample(id: pair.1.id)])
            }
            #expect(finished.count == 1_200)
            #expect(try broker.finish(finished).isEmpty)
            let again = messages.enumerated().filter { $0.offset % 3 != 0 }.map(\.element.id)
            let isInOrder = try broker.receiveAll().map { try $0.taskID() } == again
            #expect(isInOrder)
            #expect(try broker.finish(finished).count == 1_200)
            #expect(try broker.receiveIDs().isEmpty)
        },
        BrokerClause("a task may send 5,000 others, or some of 3 MB each") { store in
            let broker = try store.broker()
            try broker.send(OutgoingMessage.samples(3))
            let many = OutgoingMessage.samples(5_000)
            #expect(try broker.finish([broker.receiveOne().finished(next: many)]).isEmpty)
            let long = Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
            let large = try broker.receive(from: [.celery], upTo: 2).map { delivery in
                delivery.finished(next: [.sample(body: long), .sample(body: long)])
            }
            #expect(try broker.finish(large).isEmpty)
            let next = (many + large.flatMap(\.next)).map(\.id)
            let isInOrder = try broker.receiveAll().map { try $0.taskID() } == next
            #expect(isInOrder)
        },
    ]
}
