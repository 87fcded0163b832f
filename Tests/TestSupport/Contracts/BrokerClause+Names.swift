import TaskQueue
import Testing

extension TaskID {
    fileprivate static let named = TaskID("na\u{ef}ve \"job\"")
}

extension BrokerClause {
    /// Ids that senders name, and use again.
    static let names = [
        BrokerClause("an id that is sent again has no outcome, until that task has ended") {
            store in
            let broker = try store.broker()
            guard broker.holdsResults else { return }
            let success = StoredResult.success(.named)
            try broker.send([.sample(id: .named, sending: "1")])
            #expect(try broker.finish([broker.receiveOne().finished(success)]).isEmpty)
            #expect(try store.results().fetch([.named]) == [.stored(success)])
            try broker.send([.sample(), .sample(id: .named, sending: "2")])
            #expect(try store.results().fetch([.named]) == [.pending])
            _ = try broker.receiveOne()
            let failure = StoredResult.failure(.named)
            #expect(try broker.finish([broker.receiveOne().finished(failure)]).isEmpty)
            #expect(try store.results().fetch([.named]) == [.stored(failure)])
        },
        BrokerClause("of an id that was sent twice, the outcome is that of the last") { store in
            for endsFirst in [0, 1] {
                let broker = try store.broker()
                guard broker.holdsResults else { return }
                let id = TaskID("job-\(endsFirst)")
                try broker.send([.sample(id: id, sending: "1")])
                let first = try broker.receiveOne()
                try broker.send([.sample(id: id, sending: "2")])
                let failure = StoredResult.failure(id)
                #expect(try broker.outdated([first]) == [first.tag])
                let ends = [
                    first.finished(.success(id)), try broker.receiveOne().finished(failure),
                ]
                #expect(try broker.finish([ends[endsFirst]]).isEmpty)
                let wanted: ResultStatus = endsFirst == 0 ? .pending : .stored(failure)
                #expect(try store.results().fetch([id]) == [wanted])
                #expect(try broker.finish([ends[1 - endsFirst]]).isEmpty)
                #expect(try store.results().fetch([id]) == [.stored(failure)])
            }
        },
        BrokerClause(
            "what is tried again, or set aside and sent again, is of the same sending",
            needs: [.deadLetterStore]
        ) { store in
            let (broker, admin) = (try store.broker(), try store.administration())
            guard broker.holdsResults else { return }
            try broker.send([.sample(id: .named, sending: "1")])
            let delivery = try broker.receiveOne()
            let task = try TaskMessage(delivery.message(), body: BodyReader())
            let next = task.retry(try delivery.message(), queue: .celery, eta: .now())
            #expect(next.sending == nil)
            let retry = StoredResult(id: .named, state: .retry, result: .null)
            #expect(try broker.finish([delivery.finished(retry, next: [next])]).isEmpty)
            #expect(try store.results().fetch([.named]) == [.stored(retry)])
            let (failure, success) = (StoredResult.failure(.named), StoredResult.success(.named))
            let letter = DeadLetter(
                try broker.receiveOne(),
                reason: "x",
                id: .named,
                task: task.task,
                result: failure
            )
            #expect(try broker.deadLetter([letter]).isEmpty)
            #expect(try store.results().fetch([.named]) == [.stored(failure)])
            let stored = try #require(try admin.deadLetters(named: TaskID.named.text).first)
            // Meanwhile the id was used for another: the operator's word is the last.
            try broker.send([.sample(id: .named, sending: "2")])
            #expect(try admin.retry(stored))
            let (other, again) = (try broker.receiveOne(), try broker.receiveOne())
            #expect(try broker.finish([other.finished(failure)]).isEmpty)
            #expect(try store.results().fetch([.named]) == [.pending])
            #expect(try broker.finish([again.finished(success)]).isEmpty)
            #expect(try store.results().fetch([.named]) == [.stored(success)])
        },
        BrokerClause(
            "an id whose task is not sent, as another holds its key, keeps its outcome",
            needs: [.uniqueSending]
        ) { store in
            let (broker, sender) = (try store.broker(), try store.sender())
            guard broker.holdsResults else { return }
            try broker.send([.sample(id: .named, sending: "1")])
            let success = StoredResult.success(.named)
            #expect(try broker.finish([broker.receiveOne().finished(success)]).isEmpty)
            let holder = OutgoingMessage.sample(unique: UniqueHold("k"))
            let named = OutgoingMessage.sample(
                id: .named,
                unique: UniqueHold("k"),
                sending: "2"
            )
            #expect(try sender.sendUnlessHeld([holder], isRepeated: false) == [nil])
            #expect(try sender.sendUnlessHeld([named], isRepeated: false) == [holder.id])
            #expect(try store.results().fetch([.named]) == [.stored(success)])
            _ = try broker.finish([broker.receiveOne().finished(.success(holder.id))])
            #expect(try sender.sendUnlessHeld([named], isRepeated: false) == [nil])
            #expect(try store.results().fetch([.named]) == [.pending])
        },
        BrokerClause("a waiter learns that a task has ended without a result") { store in
            let (broker, results) = (try store.broker(), try store.results())
            guard broker.holdsResults else { return }
            let messages = [.sample(), .sample(), OutgoingMessage.sample(id: .named, sending: "1")]
            let ids = messages.map(\.id)
            try broker.send(messages)
            results.expect(ids)
            #expect(try results.awaitFinal(ids, until: .now).isEmpty)
            let held = try broker.receive(from: [.celery], upTo: 3)
            let ended = [
                FinishedTask(held[0], result: nil, forgotten: ids[0]),
                FinishedTask(held[2], result: nil, forgotten: ids[2]),
            ]
            let letter = DeadLetter(held[1], reason: "x", id: ids[1], forgotten: ids[1])
            #expect(try broker.finish(ended).isEmpty)
            #expect(try broker.deadLetter([letter]).isEmpty)
            var left = Set(ids)
            while !left.isEmpty {
                // Less than the time after which a reader looks again by itself.
                let found = try results.awaitFinal(Array(left), until: .now + .seconds(4))
                #expect(!found.isEmpty && found.allSatisfy { $0.state == .gone })
                if found.isEmpty { break }
                left.subtract(found.map(\.id))
            }
            #expect(try store.results().fetch(ids) == [.unknown, .unknown, .unknown])
        },
    ]
}
