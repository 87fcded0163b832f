import Glibc
import TaskQueue
import Testing

extension ResultClause {
    /// Long enough on a busy machine, and less than the time after which a reader looks again by itself.
    private static let limit: Duration = .seconds(4)

    /// Waiting for results.
    static let waiting = [
        ResultClause("who waits is woken by what another connection stores") { store in
            let reader = try store.results()
            let result = StoredResult.success(.next())
            let storing = afterPause { try store.results().store([result]) }
            #expect(try reader.awaitFinal([result.id], until: .now + limit) == [result])
            try await storing.end()
        },
        ResultClause("who waits is woken by a task that is finished or set aside") { store in
            let (reader, broker) = (try store.results(), try store.broker())
            guard broker.holdsResults else { return }
            let messages = OutgoingMessage.samples(2)
            let (success, failure) = (
                StoredResult.success(messages[0].id), StoredResult.failure(messages[1].id)
            )
            try broker.send(messages)
            let settling = afterPause {
                let broker = try store.broker("other")
                let deliveries = try broker.receive(from: [.celery], upTo: 2)
                _ = try broker.finish([FinishedTask(deliveries[0], result: success)])
                // Most runs then find the other thread waiting already; the clause holds either way.
                usleep(100_000)
                _ = try broker.deadLetter([DeadLetter(deliveries[1], reason: "no", result: failure)]
                )
            }
            #expect(try reader.awaitFinal([success.id], until: .now + limit) == [success])
            #expect(try reader.awaitFinal([failure.id], until: .now + limit) == [failure])
            try await settling.end()
        },
        ResultClause("what is there already is returned at once") { store in
            let backend = try store.results()
            let (success, failure) = (StoredResult.success(.next()), StoredResult.failure(.next()))
            try backend.store([success, failure])
            let ids = [TaskID.next(), success.id, failure.id]
            let found = try store.results().awaitFinal(ids, until: nil)
            #expect(Set(found.map(\.id)) == [success.id, failure.id])
            #expect(try backend.awaitFinal([failure.id], until: .now - .seconds(1)) == [failure])
        },
        ResultClause("the deadline passes, and not before its time") { store in
            let backend = try store.results()
            let deadline = Instant.now + .milliseconds(200)
            #expect(try backend.awaitFinal([.next(), .next()], until: deadline).isEmpty)
            #expect(Instant.now >= deadline)
            #expect(Instant.now < deadline + limit)
        },
        ResultClause("a state that is not final wakes nobody") { store in
            let (backend, reader) = (try store.results(), try store.results())
            let id = TaskID.next()
            #expect(try reader.awaitFinal([id], until: .now).isEmpty)
            for state in [TaskState.started, .retry, TaskState(rawValue: "PROGRESS")] {
                try backend.store([StoredResult(id: id, state: state, result: .null)])
            }
            #expect(try reader.awaitFinal([id], until: .now + .milliseconds(100)).isEmpty)
            let revoked = StoredResult(id: id, state: .revoked, result: .null)
            try backend.store([revoked])
            #expect(try reader.awaitFinal([id], until: .now + limit) == [revoked])
        },
        ResultClause("2,000 are waited for, until each has come once") { store in
            let reader = try store.results()
            let results = (0..<2_000).map {
                StoredResult.success(.next(), JSONText(string: "\($0)"))
            }
            let storing = afterPause {
                let backend = try store.results()
                for start in stride(from: 0, to: results.count, by: 100) {
                    try backend.store(Array(results[start..<start + 100]))
                }
            }
            var left = Set(results.map(\.id))
            while !left.isEmpty {
                let found = try reader.awaitFinal(Array(left), until: .now + limit)
                guard !found.isEmpty else { break }
                for result in found {
                    let isNew = left.remove(result.id) != nil
                    #expect(isNew, "\(result.id) came twice")
                }
            }
            #expect(left.count == 0)
            try await storing.end()
        },
        ResultClause("ids can be added from call to call") { store in
            let (backend, reader) = (try store.results(), try store.results())
            let results = (0..<3).map { _ in StoredResult.success(.next()) }
            let ids = results.map(\.id)
            #expect(try reader.awaitFinal([ids[0]], until: .now).isEmpty)
            try backend.store([results[1]])
            #expect(try reader.awaitFinal([ids[0], ids[1]], until: .now + limit) == [results[1]])
            #expect(try reader.awaitFinal([ids[0], ids[2]], until: .now).isEmpty)
            try backend.store([results[2]])
            #expect(try reader.awaitFinal([ids[0], ids[2]], until: .now + limit) == [results[2]])
            try backend.store([results[0]])
            #expect(try reader.awaitFinal([ids[0]], until: .now + limit) == [results[0]])
            #expect(try reader.awaitFinal([ids[0]], until: .now + limit) == [results[0]])
        },
        ResultClause("a descriptor ends the wait, and what is there already is found before") {
            store in
            let (backend, reader) = (try store.results(), try store.results())
            let wake = WakePipe()
            let wait = { (ids: [TaskID], time: Duration) in
                let deadline = Instant.now + time
                return try reader.awaitFinal(
                    ids,
                    until: deadline,
                    wokenBy: wake.descriptor,
                    onProgress: nil
                )
            }
            let (success, open) = (StoredResult.success(.next()), TaskID.next())
            #expect(try wait([open], .milliseconds(50)).isEmpty)
            let ringing = afterPause { wake.signal() }
            let start = Instant.now
            #expect(try wait([open], .seconds(60)).isEmpty)
            #expect(Instant.now - start < .seconds(30))
            try await ringing.end()
            // It is not read from, and ends the next wait too.
            try backend.store([success])
            #expect(try wait([open, success.id], .seconds(60)) == [success])
            #expect(try wait([open], .seconds(60)).isEmpty)
            #expect(Instant.now - start < .seconds(30))
            wake.clear()
            let late = StoredResult.success(open)
            let storing = afterPause { try store.results().store([late]) }
            #expect(try wait([open], limit) == [late])
            try await storing.end()
        },
        ResultClause("who is left out of a call is forgotten, and found when it is asked for again")
        {
            store in
            let (backend, reader) = (try store.results(), try store.results())
            let records = [StoredResult.progress(.next(), 1), .progress(.next(), 2)]
            let heard = Heard()
            let wait = { (ids: [TaskID]) in
                try reader.awaitFinal(ids, until: .now, onProgress: heard.take)
            }
            try backend.store(records)
            #expect(try wait(records.map(\.id)).isEmpty)
            #expect(Set(heard.records.map(\.id)) == Set(records.map(\.id)))
            #expect(try wait([records[0].id]).isEmpty)
            #expect(heard.records.count == 2)
            #expect(try wait([]).isEmpty)
            let success = StoredResult.success(records[1].id)
            try backend.store([success])
            #expect(try wait([records[0].id]).isEmpty)
            #expect(heard.records.last == records[0])
            #expect(heard.records.count == 3)
            #expect(try wait(records.map(\.id)) == [success])
            #expect(heard.records.count == 3)
        },
        ResultClause("only what was asked for is returned") { store in
            let (backend, reader) = (try store.results(), try store.results())
            let (former, asked) = (StoredResult.success(.next()), StoredResult.success(.next()))
            #expect(try reader.awaitFinal([former.id, asked.id], until: .now).isEmpty)
            try backend.store([former, asked])
            #expect(try reader.awaitFinal([asked.id], until: .now + limit) == [asked])
            #expect(try reader.awaitFinal([former.id], until: .now + limit) == [former])
        },
    ]

    /// Does something when who waits for it most likely waits already.
    private static func afterPause(
        _ body: @escaping @Sendable () throws -> Void
    ) -> BackgroundWork {
        BackgroundWork {
            // Most runs then find the other thread waiting already; the clause holds either way.
            usleep(100_000)
            try body()
        }
    }
}
