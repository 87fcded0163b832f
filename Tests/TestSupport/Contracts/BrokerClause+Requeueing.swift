import TaskQueue
import Testing

extension BrokerClause {
    /// Tasks that are put back.
    static let requeueing = [
        BrokerClause("tasks put back come before all others, in their order") { store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(5)
            try broker.send(messages)
            let taken = try broker.receive(from: [.celery], upTo: 3)
            #expect(try broker.requeue(taken.map { RequeuedTask($0) }).isEmpty)
            #expect(try broker.receiveIDs() == messages.map(\.id))
        },
        BrokerClause("a task put back is the same in another delivery, and says so") { store in
            let broker = try store.broker()
            try broker.send([.sample(try .named("other"), body: Array("[[1.10],{},{}]".utf8))])
            let first = try broker.receiveOne(from: .named("other"))
            #expect(try broker.requeue([RequeuedTask(first)]).isEmpty)
            let second = try broker.receiveOne(from: .named("other"))
            #expect(try second.taskID() == first.taskID())
            #expect(try second.message().body == first.message().body)
            #expect(try !first.isMarkedAsRedelivered && second.isMarkedAsRedelivered)
            #expect(second.queue == first.queue)
            #expect(second.tag != first.tag)
        },
        BrokerClause("a task put back keeps its priority") { store in
            let broker = try store.broker()
            let steps = store.habits.priorities
            let middle = OutgoingMessage.sample(priority: steps[1])
            try broker.send([middle])
            let held = try broker.receiveOne()
            #expect(try broker.requeue([RequeuedTask(held, priority: steps[1])]).isEmpty)
            let late = OutgoingMessage.sample(priority: steps[2])
            let urgent = OutgoingMessage.sample(priority: steps[0])
            try broker.send([late, urgent])
            #expect(try broker.receiveIDs() == [urgent.id, middle.id, late.id])
        },
        BrokerClause("a task put back for a time comes at that time") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample(priority: 3)
            try broker.send([message])
            let due = Timestamp.now() + .seconds(2)
            let delivery = try broker.receiveOne()
            #expect(try broker.requeue([RequeuedTask(delivery, eta: due, priority: 3)]).isEmpty)
            #expect(try broker.receiveIDs().isEmpty)
            #expect(broker.nextDue == store.habits.nextDue(due))
            var again: [Delivery] = []
            try await eventually {
                again += try broker.receive(from: [.celery], upTo: 2)
                return !again.isEmpty
            }
            #expect(Timestamp.now() >= due)
            #expect(again.count == 1)
            #expect(try again.first?.taskID() == message.id)
            #expect(try again.first?.isMarkedAsRedelivered == true)
        },
        BrokerClause("a task that came before its time is not delivered again when it comes") {
            store in
            let broker = try store.broker()
            try broker.send([.sample()])
            let early = RequeuedTask(try broker.receiveOne(), eta: .now(), isRedelivered: false)
            #expect(try broker.requeue([early]).isEmpty)
            var again: [Delivery] = []
            try await eventually {
                again = try broker.receive(from: [.celery], upTo: 2)
                return !again.isEmpty
            }
            #expect(try again.allSatisfy { try !$0.isMarkedAsRedelivered })
        },
        BrokerClause("1,200 tasks are put back in one batch, in their order") { store in
            let broker = try store.broker()
            let messages = OutgoingMessage.samples(1_500)
            try broker.send(messages)
            var taken: [Delivery] = []
            while taken.count < 1_200 { taken += try broker.receive(from: [.celery], upTo: 300) }
            #expect(try broker.requeue(taken.map { RequeuedTask($0) }).isEmpty)
            let isInOrder = try broker.receiveAll().map { try $0.taskID() } == messages.map(\.id)
            #expect(isInOrder)
        },
    ]
}
