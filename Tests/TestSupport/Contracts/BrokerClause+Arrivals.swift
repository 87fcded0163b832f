import TaskQueue
import Testing

extension BrokerClause {
    /// Waiting for tasks without asking again and again.
    static let arrivals = [
        BrokerClause("who waits is woken by a task that another connection sends") { store in
            let (broker, sender) = (try store.broker(), try store.broker("sender"))
            let watch = try broker.watchArrivals(on: [.celery])
            for _ in 0..<5 {
                try watch.clear()
                #expect(try broker.receiveIDs().isEmpty)
                try watch.resume(upTo: 100)
                let message = OutgoingMessage.sample()
                try sender.send([message])
                #expect(watch.isWoken(within: .seconds(60)))
                try watch.clear()
                #expect(try broker.receiveIDs() == [message.id])
            }
        },
        BrokerClause("a task that comes after the last look and before the wait wakes too") {
            store in
            let (broker, sender) = (try store.broker(), try store.broker("sender"))
            let watch = try broker.watchArrivals(on: [.celery])
            for _ in 0..<3 {
                try watch.clear()
                let before = OutgoingMessage.sample()
                try sender.send([before])
                #expect(try broker.receiveIDs() == [before.id])
                let after = OutgoingMessage.sample()
                try sender.send([after])
                try watch.resume(upTo: 100)
                #expect(watch.isWoken(within: .seconds(60)))
                try watch.clear()
                #expect(try broker.receiveIDs() == [after.id])
            }
        },
        BrokerClause("every queue and every priority wakes") { store in
            let (broker, sender) = (try store.broker(), try store.broker("sender"))
            let queues = [try QueueName.named("a"), try QueueName.named("b")]
            let watch = try broker.watchArrivals(on: queues)
            for queue in queues {
                for priority in [0, 3, 6, 9] {
                    try watch.clear()
                    #expect(try broker.receiveIDs(from: queues).isEmpty)
                    try watch.resume(upTo: 100)
                    try sender.send([.sample(queue, priority: priority)])
                    #expect(watch.isWoken(within: .seconds(60)), "\(queue), \(priority)")
                    try watch.clear()
                    #expect(try broker.receiveIDs(from: queues).count == 1)
                }
            }
        },
        BrokerClause("a delayed task wakes that falls due before those that are known") { store in
            guard store.habits.tellsNextDue else { return }
            let (broker, sender) = (try store.broker(), try store.broker("sender"))
            try sender.send([.sample(eta: .now() + .seconds(600))])
            let watch = try broker.watchArrivals(on: [.celery])
            for minutes in [9, 8, 7] {
                try watch.clear()
                #expect(try broker.receiveIDs().isEmpty)
                try watch.resume(upTo: 100)
                let due = Timestamp.now() + .seconds(minutes * 60)
                try sender.send([.sample(eta: due)])
                #expect(watch.isWoken(within: .seconds(60)), "\(minutes) minutes")
                try watch.clear()
                #expect(try broker.receiveIDs().isEmpty)
                #expect(broker.nextDue == due)
            }
        },
        BrokerClause("where it is not told when a delayed task falls due, it wakes then") { store in
            guard !store.habits.tellsNextDue else { return }
            let (broker, sender) = (try store.broker(), try store.broker("sender"))
            let message = OutgoingMessage.sample(eta: .now() + .milliseconds(300))
            try sender.send([message])
            let watch = try broker.watchArrivals(on: [.celery])
            var taken: [TaskID] = []
            while taken.isEmpty {
                try watch.clear()
                taken = try broker.receiveIDs()
                guard taken.isEmpty else { break }
                try watch.resume(upTo: 1)
                guard watch.isWoken(within: .seconds(60)) else { break }
            }
            #expect(taken == [message.id])
        },
        BrokerClause("a task that was put back wakes") { store in
            let (broker, other) = (try store.broker(), try store.broker("other"))
            try broker.send([.sample()])
            let held = try other.receiveOne()
            let watch = try broker.watchArrivals(on: [.celery])
            try watch.clear()
            #expect(try broker.receiveIDs().isEmpty)
            try watch.resume(upTo: 100)
            #expect(try other.requeue([RequeuedTask(held)]).isEmpty)
            #expect(watch.isWoken(within: .seconds(60)))
        },
        BrokerClause("who waits while nothing happens is left alone") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let watch = try broker.watchArrivals(on: [.celery])
            let finished = FinishedTask(try broker.receiveOne(), result: .success(message.id))
            #expect(try broker.finish([finished]).isEmpty)
            // What has happened up to here may wake once more.
            var wakes = 0
            repeat {
                try watch.clear()
                #expect(try broker.receiveIDs().isEmpty)
                try watch.resume(upTo: 100)
                wakes += 1
            } while wakes < 10 && watch.isWoken(within: .milliseconds(100))
            #expect(wakes < 10)
        },
    ]
}
