import TaskQueue
import Testing

extension ResultClause {
    /// What is stored, found and forgotten.
    static let records = [
        ResultClause("unknown, pending and stored are told apart, in the order of the ids") {
            store in
            let (backend, broker) = (try store.results(), try store.broker())
            let (waiting, held) = (OutgoingMessage.sample(), OutgoingMessage.sample())
            try broker.send([held, waiting])
            _ = try broker.receiveOne()
            let result = StoredResult.success(.next())
            try backend.store([result])
            let ids = [.next(), waiting.id, result.id, TaskID("never"), held.id]
            let expected: [ResultStatus] = [
                .unknown, .pending, .stored(result), .unknown, .pending,
            ]
            #expect(try store.results().fetch(ids) == expected)
        },
        ResultClause("an id that is no UUID is remembered too") { store in
            let ids = ["nightly-2026-01-01", "grüße 👋", "a 'b' \"c\"", ""].map { TaskID($0) }
            try store.broker().send(ids.map { .sample(id: $0) })
            #expect(try store.results().fetch(ids) == ids.map { _ in .pending })
        },
        ResultClause("a delayed task is pending") { store in
            let message = OutgoingMessage.sample(eta: .now() + .seconds(60))
            try store.broker().send([message])
            #expect(try store.results().fetch([message.id]) == [.pending])
        },
        ResultClause("a task whose result is not wanted is unknown") { store in
            let message = OutgoingMessage.sample(ignoresResult: true)
            try store.broker().send([message])
            #expect(try store.results().fetch([message.id]) == [.unknown])
        },
        ResultClause("a record comes back as it was stored, whatever its state") { store in
            let value = #"{"n":18446744073709551616,"x":1e400,"s":"é\u0000😀","list":[1.10]}"#
            let full = StoredResult(
                id: .next(),
                state: TaskState(rawValue: "PROGRESS"),
                result: JSONText(wellFormed: Array(value.utf8)),
                traceback: "Traceback:\n\tgrüße\u{1B}[0m",
                children: JSONText(wellFormed: Array(#"[[["a",null],null]]"#.utf8)),
                finishedAt: .now(),
                groupID: "group",
                parentID: TaskID("parent")
            )
            let results = [full, .failure(.next()), .success(TaskID("any \"text\""))]
            try store.results().store(results)
            #expect(try store.results().fetch(results.map(\.id)) == results.map { .stored($0) })
        },
        ResultClause("a success is never overwritten") { store in
            let backend = try store.results()
            let success = StoredResult.success(.next(), JSONText(string: "first"))
            try backend.store([success])
            try backend.store([.failure(success.id)])
            try store.results().store([.success(success.id, JSONText(string: "second"))])
            #expect(try backend.fetch([success.id]) == [.stored(success)])
        },
        ResultClause("any other state is overwritten") { store in
            let backend = try store.results()
            let id = TaskID.next()
            let states: [TaskState] = [
                .started, .retry, .failure, .revoked, TaskState(rawValue: "SUCCESSOR"), .success,
            ]
            for state in states {
                let result = StoredResult(id: id, state: state, result: .null)
                try backend.store([result])
                #expect(try backend.fetch([id]) == [.stored(result)])
            }
        },
        ResultClause("a task that is forgotten is unknown") { store in
            let (backend, broker) = (try store.results(), try store.broker())
            let (sent, stored) = (OutgoingMessage.sample(), StoredResult.success(.next()))
            try broker.send([sent, .sample(id: TaskID("named"))])
            try backend.store([stored])
            let ids = [sent.id, TaskID("named"), stored.id, TaskID("never")]
            try backend.forget(ids)
            #expect(try store.results().fetch(ids) == ids.map { _ in .unknown })
            let others = OutgoingMessage.sample()
            try broker.send([others])
            #expect(try backend.fetch([others.id, sent.id]) == [.pending, .unknown])
        },
        ResultClause("a result is gone when its time has passed") { store in
            let backend = try store.results(.milliseconds(300))
            let (brief, lasting) = (StoredResult.success(.next()), StoredResult.success(.next()))
            try backend.store([brief])
            try store.results(.seconds(3_600)).store([lasting])
            #expect(try backend.fetch([brief.id]) == [.stored(brief)])
            try await eventually { try backend.fetch([brief.id]) == [.unknown] }
            #expect(try backend.fetch([lasting.id]) == [.stored(lasting)])
            let next = StoredResult.failure(brief.id)
            try store.results().store([next])
            #expect(try backend.fetch([brief.id]) == [.stored(next)])
        },
        ResultClause("2,000 are stored, found and forgotten at once") { store in
            let backend = try store.results()
            let results = (0..<2_000).map {
                StoredResult.success(.next(), JSONText(string: "\($0)"))
            }
            let ids = results.map(\.id)
            try backend.store(results)
            let isComplete = try backend.fetch(ids) == results.map { .stored($0) }
            #expect(isComplete)
            try backend.forget(ids)
            let isForgotten = try backend.fetch(ids) == ids.map { _ in .unknown }
            #expect(isForgotten)
        },
        ResultClause("a record of 5 MB comes back to the byte, and to who waits") { store in
            let (backend, reader) = (try store.results(), try store.results())
            let result = StoredResult.success(
                .next(),
                JSONText(string: String(repeating: "grüße \"x\"\n", count: 400_000))
            )
            #expect(try reader.awaitFinal([result.id], until: .now).isEmpty)
            try backend.store([result])
            let isWhole = try backend.fetch([result.id]) == [.stored(result)]
            #expect(isWhole)
            let isHeard = try reader.awaitFinal([result.id], until: .now + .seconds(10)) == [result]
            #expect(isHeard)
        },
        ResultClause("nothing to do is no error") { store in
            let backend = try store.results()
            try backend.store([])
            try backend.forget([])
            #expect(try backend.fetch([]).isEmpty)
        },
    ]
}
