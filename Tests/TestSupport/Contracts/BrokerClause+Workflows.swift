import Synchronization
import TaskQueue
import Testing

extension BrokerClause {
    /// What is written as tasks of workflows end.
    static let workflows = [
        BrokerClause("what follows a task in its workflow is sent and stored as it ends") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            let ended = StoredResult.failure(TaskID("never sent"))
            var sequel = Sequel()
            sequel.messages = OutgoingMessage.samples(2)
            sequel.results = [ended]
            sequel.promised = [message.id]
            try broker.send([message])
            let first = try broker.receiveOne()
            let end = FinishedTask(first, result: nil, sequel: sequel)
            #expect(try broker.finish([end]).isEmpty)
            #expect(try broker.finish([end]).map(\.tag) == [first.tag])
            #expect(try broker.receiveIDs() == sequel.messages.map(\.id))
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([ended.id]) == [.stored(ended)])
            #expect(try store.results().fetch([message.id]) == [.pending])
        },
        BrokerClause("what follows a task that is set aside is sent and stored too") { store in
            let broker = try store.broker()
            let message = OutgoingMessage.sample()
            var sequel = Sequel()
            sequel.messages = OutgoingMessage.samples(2)
            sequel.results = [.failure(TaskID("never sent"))]
            try broker.send([message])
            let letter = DeadLetter(
                try broker.receiveOne(),
                reason: "broken",
                id: message.id,
                result: .failure(message.id),
                sequel: sequel
            )
            #expect(try broker.deadLetter([letter]).isEmpty)
            #expect(try broker.receiveIDs() == sequel.messages.map(\.id))
            if broker.deadLetterStore != nil {
                #expect(try await store.deadLetters(.celery).count == 1)
            }
            guard broker.holdsResults else { return }
            #expect(try store.results().fetch([TaskID("never sent")])[0].isFinal)
        },
        BrokerClause("a chord ends with the last of its header, once, with all in their order") {
            store in
            guard let chord = try PlayedChord(store, size: 4) else { return }
            #expect(try chord.end([3]) == [])
            #expect(try chord.end([0, 2]) == [])
            #expect(try chord.end([1]) == ["0", "1", "2", "3"])
        },
        BrokerClause("a chord ends in the batch that holds its last") { store in
            guard let chord = try PlayedChord(store, size: 100) else { return }
            #expect(try chord.end(Array(40..<100)) == [])
            #expect(try chord.end(Array(0..<40).reversed()) == (0..<100).map { "\($0)" })
        },
        BrokerClause("what a task reports twice counts once, and nothing after the end") { store in
            guard let chord = try PlayedChord(store, size: 2) else { return }
            #expect(try chord.end([0]) == [])
            try chord.sendAgain(0)
            #expect(try chord.end([0]) == [])
            #expect(try chord.end([1]) == ["0", "1"])
            try chord.sendAgain(1)
            #expect(try chord.end([1]) == [])
        },
        BrokerClause("a chord that ends with another ends in the same step") { store in
            guard let outer = try PlayedChord(store, size: 2, named: "outer") else { return }
            #expect(try outer.end([1]) == [])
            guard let inner = try PlayedChord(store, size: 2, named: "inner") else { return }
            #expect(try inner.end([0]) == [])
            // Its failure is the first report of the outer one.
            #expect(try inner.end([1], reporting: outer.report(0)) == ["0", "1"])
            #expect(outer.takeEnd() == ["0", "1"])
            #expect(try store.broker().receiveIDs(from: [outer.bodies, inner.bodies]).count == 2)
        },
        BrokerClause("a delivery that is not held any more counts nothing") { store in
            guard let chord = try PlayedChord(store, size: 1) else { return }
            let delivery = try chord.take(0)
            #expect(try store.broker().requeue([RequeuedTask(delivery)]).isEmpty)
            #expect(try chord.end(delivery, as: 0) == [])
            #expect(try chord.end([0]) == ["0"])
        },
    ]
}

extension ResultStatus {
    fileprivate var isFinal: Bool {
        if case .stored(let result) = self { result.state.isFinal } else { false }
    }
}

/// A chord whose header's tasks were sent, each to a queue of its own, by a task that has ended.
private final class PlayedChord {
    private let broker: any Broker
    private let name: String
    private let header: [OutgoingMessage]
    /// Where the body goes.
    let bodies: QueueName
    private let ends = Ends()

    /// What bodies were given.
    private final class Ends: Sendable {
        let members = Mutex<[[String]]>([])
    }

    /// - Returns: `nil` if the broker does not hold results, and so counts nothing.
    init?(_ store: TaskStore, size: Int, named name: String = "chord") throws {
        broker = try store.broker()
        guard broker.holdsResults else { return nil }
        self.name = name
        bodies = try .named("\(name)-bodies")
        header = try (0..<size).map { .sample(try .named("\(name)-\($0)")) }
        let start = try QueueName.named("\(name)-start")
        try broker.send([.sample(start)])
        var sequel = Sequel()
        sequel.messages = header
        sequel.starts = [ChordStart(group: name, size: size)]
        let first = try broker.receiveOne(from: start)
        #expect(try broker.finish([FinishedTask(first, result: nil, sequel: sequel)]).isEmpty)
    }

    func report(_ index: Int, then next: ChordReport? = nil) -> ChordReport {
        let bodies = bodies
        return ChordReport(
            group: name,
            task: header[index].id,
            index: index,
            state: .success,
            value: .number(index)
        ) { [ends] members in
            ends.members.withLock { $0.append(members.map(\.value.text)) }
            var sequel = Sequel()
            sequel.messages = [.sample(bodies)]
            if let next { sequel.reports = [next] }
            return sequel
        }
    }

    func take(_ index: Int) throws -> Delivery { try broker.receiveOne(from: header[index].queue) }

    func sendAgain(_ index: Int) throws { try broker.send([header[index]]) }

    /// Ends tasks of the header in one batch.
    ///
    /// - Returns: what the body is given; empty: the chord has not ended.
    func end(_ indices: [Int], reporting next: ChordReport? = nil) throws -> [String] {
        let tasks = try indices.map { index in
            finished(try take(index), report(index, then: next))
        }
        #expect(try broker.finish(tasks).isEmpty)
        return takeEnd()
    }

    /// Tries to end a task of the header with a delivery that is not held.
    func end(_ delivery: Delivery, as index: Int) throws -> [String] {
        let task = finished(delivery, report(index))
        #expect(try broker.finish([task]).map(\.tag) == [delivery.tag])
        return takeEnd()
    }

    private func finished(_ delivery: Delivery, _ report: ChordReport) -> FinishedTask {
        var sequel = Sequel()
        sequel.reports = [report]
        return FinishedTask(delivery, result: .success(report.task, report.value), sequel: sequel)
    }

    /// What the body was given since this was asked last.
    func takeEnd() -> [String] {
        ends.members.withLock { members in
            defer { members = [] }
            #expect(members.count < 2)
            return members.first ?? []
        }
    }
}
