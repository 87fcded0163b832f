import Glibc
import TaskQueue
import Testing

extension ResultClause {
    /// Long enough on a busy machine, and less than the time after which a reader looks again by itself.
    private static let limit: Duration = .seconds(4)

    /// Hearing of tasks that have not ended.
    static let progress = [
        ResultClause("who waits is told of each change of a record, and then of the end") { store in
            let reader = try store.results()
            let id = TaskID.next()
            let records = [
                StoredResult(id: id, state: .started, result: .emptyObject),
                .progress(id, 1), .progress(id, 2),
                StoredResult(id: id, state: .retry, result: StoredResult.failure(id).result),
                StoredResult(id: id, state: TaskState(rawValue: "OWN"), result: .null),
            ]
            let success = StoredResult.success(id)
            let heard = Heard()
            let storing = BackgroundWork {
                let backend = try store.results()
                for (count, record) in records.enumerated() {
                    try backend.store([record])
                    heard.wait(count: count + 1)
                }
                try backend.store([success])
            }
            let found = try reader.awaitFinal([id], until: .now + limit, onProgress: heard.take)
            #expect(found == [success])
            #expect(heard.records == records)
            try await storing.end()
        },
        ResultClause("who waits is told of what a worker reports") { store in
            let (reader, broker) = (try store.results(), try store.broker())
            guard broker.holdsResults else { return }
            let message = OutgoingMessage.sample()
            try broker.send([message])
            let delivery = try broker.receiveOne()
            let heard = Heard()
            let reporting = BackgroundWork {
                let worker = try store.broker()
                let report = ProgressReport(delivery, result: .progress(message.id, 4))
                #expect(try worker.report([report]).isEmpty)
                heard.wait(count: 1)
                let success = StoredResult.success(message.id)
                #expect(try worker.finish([FinishedTask(delivery, result: success)]).isEmpty)
            }
            let ids = [message.id]
            let found = try reader.awaitFinal(ids, until: .now + limit, onProgress: heard.take)
            #expect(found.map(\.state) == [.success])
            #expect(heard.records == [.progress(message.id, 4)])
            try await reporting.end()
        },
        ResultClause("what is there at the start is told, and only of tasks that are asked for") {
            store in
            let (backend, reader) = (try store.results(), try store.results())
            let records = [StoredResult.progress(.next(), 1), .progress(.next(), 2)]
            let success = StoredResult.success(.next())
            try backend.store(records + [success])
            let heard = Heard()
            let ids = [records[0].id, records[0].id, success.id, .next()]
            let found = try reader.awaitFinal(ids, until: nil, onProgress: heard.take)
            #expect(found == [success])
            #expect(heard.records == [records[0]])
        },
        ResultClause("what has been told is not told again, from call to call") { store in
            let (backend, reader) = (try store.results(), try store.results())
            let (first, second) = (StoredResult.progress(.next(), 1), TaskID.next())
            let heard = Heard()
            let wait = { (ids: [TaskID], time: Duration) in
                try reader.awaitFinal(ids, until: .now + time, onProgress: heard.take)
            }
            try backend.store([first])
            #expect(try wait([first.id], .zero).isEmpty)
            try backend.store([first])
            #expect(try wait([first.id, second], .milliseconds(100)).isEmpty)
            #expect(heard.records == [first])
            // Of what comes between two calls, the last is told in the next.
            let changed = StoredResult.progress(first.id, 3)
            try backend.store([.progress(first.id, 2), .progress(second, 1)])
            try backend.store([changed])
            #expect(try wait([first.id, second], .milliseconds(200)).isEmpty)
            #expect(heard.records.last { $0.id == first.id } == changed)
            #expect(heard.records.last { $0.id == second } == .progress(second, 1))
        },
        ResultClause("nothing is told of a task once it has ended") { store in
            let (backend, reader) = (try store.results(), try store.results())
            let id = TaskID.next()
            let (before, after) = (Heard(), Heard())
            #expect(try reader.awaitFinal([id], until: .now, onProgress: before.take).isEmpty)
            let success = StoredResult.success(id)
            for record in [.progress(id, 10), success, .progress(id, 1)] {
                try backend.store([record])
            }
            let found = try reader.awaitFinal([id], until: .now + limit, onProgress: before.take)
            #expect(found == [success])
            #expect(!before.records.contains(.progress(id, 1)))
            let again = try reader.awaitFinal([id], until: .now + limit, onProgress: after.take)
            #expect(again == [success])
            #expect(after.records.isEmpty)
        },
        ResultClause("who waits with many hears of each") { store in
            let reader = try store.results()
            let ids = (0..<600).map { _ in TaskID.next() }
            let heard = Heard()
            let storing = BackgroundWork {
                let backend = try store.results()
                for part in [ids[..<300], ids[300...]] {
                    try backend.store(part.map { .progress($0, 1) })
                }
                heard.wait(count: ids.count)
                try backend.store([.success(ids[0])])
            }
            let found = try reader.awaitFinal(ids, until: .now + limit, onProgress: heard.take)
            #expect(found.map(\.id) == [ids[0]])
            #expect(Set(heard.records.map(\.id)) == Set(ids))
            #expect(heard.records.count == ids.count)
            try await storing.end()
        },
    ]
}
