import TaskQueue
import Testing

extension BrokerClause {
    /// Records of tasks that still run.
    static let progress = [
        BrokerClause("a task that runs can tell how far it has come, and goes on") { store in
            let broker = try store.broker()
            guard broker.holdsResults else { return }
            let results = try store.results()
            let messages = OutgoingMessage.samples(2)
            try broker.send(messages)
            let deliveries = try broker.receive(from: [.celery], upTo: 2)
            for state in [TaskState.started, .progress, .retry, .progress] {
                let record = StoredResult.running(messages[0].id, state)
                let report = ProgressReport(deliveries[0], result: record)
                #expect(try broker.report([report]).isEmpty)
                #expect(try results.fetch(messages.map(\.id)) == [.stored(record), .pending])
            }
            #expect(try broker.receiveIDs().isEmpty)
            let ends = [StoredResult.success(messages[0].id), .failure(messages[1].id)]
            #expect(try broker.finish(zip(deliveries, ends).map { $0.finished($1) }).isEmpty)
            #expect(try results.fetch(messages.map(\.id)) == ends.map { .stored($0) })
        },
        BrokerClause("a final record is not overwritten by one of a task that runs") { store in
            let broker = try store.broker()
            guard broker.holdsResults else { return }
            let results = try store.results()
            for state in [TaskState.success, .failure, .revoked] {
                let message = OutgoingMessage.sample()
                try broker.send([message])
                let delivery = try broker.receiveOne()
                let end = StoredResult(id: message.id, state: state, result: .null)
                try results.store([end])
                let report = ProgressReport(delivery, result: .running(message.id))
                #expect(try broker.report([report]).isEmpty)
                #expect(try results.fetch([message.id]) == [.stored(end)])
            }
        },
        BrokerClause("who lost a task tells nothing of it any more") { store in
            let (former, holder) = (try store.broker("former"), try store.broker("holder"))
            guard former.holdsResults else { return }
            let messages = OutgoingMessage.samples(2)
            try former.send(messages)
            let (lost, kept) = (try former.receiveOne(), try former.receiveOne())
            #expect(try former.requeue([RequeuedTask(lost)]).isEmpty)
            let held = try holder.receiveOne()
            let reports = zip([lost, kept], messages).map { delivery, message in
                ProgressReport(delivery, result: .running(message.id))
            }
            #expect(try former.report(reports).map(\.tag) == [lost.tag])
            let found = try store.results().fetch(messages.map(\.id))
            #expect(found == [.pending, .stored(reports[1].result)])
            #expect(try holder.finish([held.finished()]).isEmpty)
            let late = ProgressReport(held, result: .running(messages[0].id))
            #expect(try holder.report([late]).map(\.tag) == [held.tag])
            #expect(try store.results().fetch([messages[0].id]).first != .stored(late.result))
        },
        BrokerClause("how far a task has come wakes nobody who waits for its end") { store in
            let (broker, reader) = (try store.broker(), try store.results())
            guard broker.holdsResults else { return }
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let delivery = try broker.receiveOne()
            #expect(try reader.awaitFinal([message.id], until: .now).isEmpty)
            let report = ProgressReport(delivery, result: .running(message.id))
            #expect(try broker.report([report]).isEmpty)
            let soon = Instant.now + .milliseconds(100)
            #expect(try reader.awaitFinal([message.id], until: soon).isEmpty)
            let retry = StoredResult(id: message.id, state: .retry, result: .null)
            let again = OutgoingMessage.sample(id: message.id)
            #expect(try broker.finish([delivery.finished(retry, next: [again])]).isEmpty)
            #expect(try reader.awaitFinal([message.id], until: .now).isEmpty)
            let success = StoredResult.success(message.id)
            #expect(try broker.finish([broker.receiveOne().finished(success)]).isEmpty)
            let limit = Instant.now + .seconds(4)
            #expect(try reader.awaitFinal([message.id], until: limit) == [success])
        },
        BrokerClause("1,200 tasks tell in one batch how far they have come") { store in
            let broker = try store.broker()
            guard broker.holdsResults else { return }
            let messages = OutgoingMessage.samples(1_200)
            try broker.send(messages)
            let reports = zip(try broker.receiveAll(), messages).map { delivery, message in
                ProgressReport(delivery, result: .running(message.id))
            }
            #expect(try broker.report(reports).isEmpty)
            let found = try store.results().fetch(messages.map(\.id))
            let isComplete = found == reports.map { .stored($0.result) }
            #expect(isComplete)
        },
    ]
}

extension StoredResult {
    /// A task that has not ended.
    fileprivate static func running(_ id: TaskID, _ state: TaskState = .progress) -> StoredResult {
        StoredResult(
            id: id,
            state: state,
            result: JSONText(wellFormed: Array(#"{"current":1}"#.utf8))
        )
    }
}
