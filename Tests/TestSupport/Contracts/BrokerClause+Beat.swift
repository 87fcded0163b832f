import TaskQueue
import Testing

extension TaskStore {
    /// Opens a connection for who sends periodic tasks.
    func beat() throws -> any BeatStore { try broker("beat").requiring(.beatStore) }

    /// Opens a connection for an operator of periodic tasks.
    func beatAdministration() throws -> any BeatAdministration {
        try broker("operator").requiring(.beatAdministration)
    }
}

extension BeatLease {
    fileprivate static let mine = BeatLease(group: "a", holder: "mine")
    fileprivate static let other = BeatLease(group: "a", holder: "other")
}

extension BeatFiring {
    /// A firing of an entry, so many seconds after 2026 began.
    fileprivate static func sample(
        _ entry: String,
        _ second: Int64,
        most: Int? = nil,
        unique: UniqueHold? = nil
    ) -> BeatFiring {
        BeatFiring(
            entry: entry,
            instant: .second(second),
            most: most,
            message: .sample(unique: unique)
        )
    }
}

extension BeatRegistration {
    fileprivate static func known(_ name: String, _ fingerprint: String) -> BeatRegistration {
        guard let task = TaskName("demo.add") else { preconditionFailure("demo.add is a name") }
        return BeatRegistration(
            name: name,
            fingerprint: fingerprint,
            schedule: "every \(fingerprint)s",
            task: task
        )
    }
}

extension Timestamp {
    fileprivate static func second(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: (1_767_225_600 + second) * 1_000_000)
    }
}

extension BrokerClause {
    /// Periodic tasks: one sender, each firing once.
    package static let beat =
        (leases + registering + firing).needing(.beatStore)
        + operators.needing(.beatStore, .beatAdministration)

    private static let leases = [
        BrokerClause("what a broker keeps has one name, whoever asks") { store in
            let name = try store.beat().installation()
            #expect(name.count >= 32)
            #expect(try store.beat().installation() == name)
        },
        BrokerClause("a lease is one's until it is given back or runs out; a renewed one lasts") {
            store in
            let (mine, other) = (try store.beat(), try store.beat())
            #expect(try mine.take(.mine) == .held)
            guard case .heldByOther("mine", let remaining) = try other.take(.other) else {
                Issue.record("two have it")
                return
            }
            #expect(remaining > .seconds(3) && remaining <= BeatLease.length)
            #expect(try other.take(BeatLease(group: "b", holder: "other")) == .held)
            // What is not held is not given back.
            try other.release(.other)
            #expect(try mine.take(.mine) == .held)
            try mine.release(.mine)
            #expect(try other.take(.other) == .held)
            try await eventually { try mine.take(.mine) == .held }
            #expect(try other.take(.other) != .held)
        },
        BrokerClause("without the lease nothing is sent, nor remembered") { store in
            let (mine, other) = (try store.beat(), try store.beat())
            _ = try mine.register([.known("e", "1")], at: .second(0))
            #expect(try mine.fire([.sample("e", 1)], under: .mine) == [.notLeading])
            #expect(try mine.take(.mine) == .held)
            #expect(try other.fire([.sample("e", 1)], under: .other) == [.notLeading])
            #expect(try store.broker().receiveIDs().isEmpty)
            #expect(try mine.fire([.sample("e", 1)], under: .mine) == [.sent])
        },
    ]

    private static let registering = [
        BrokerClause("an entry goes on where it was, and a changed one from now on") { store in
            let beat = try store.beat()
            let old = BeatRegistration.known("é \"x\"", "1")
            let new = BeatRegistration.known(old.name, "2")
            #expect(
                try beat.register([old], at: .second(9)) == [BeatRecord(lastFiring: .second(9))]
            )
            #expect(
                try beat.register([old], at: .second(20)) == [BeatRecord(lastFiring: .second(9))]
            )
            #expect(try beat.take(.mine) == .held)
            let firing = BeatFiring.sample(old.name, 10)
            #expect(try beat.fire([firing], under: .mine) == [.sent])
            var record = BeatRecord(
                lastFiring: .second(10),
                count: 1,
                lastTask: firing.message.id
            )
            #expect(try beat.register([old], at: .second(20)) == [record])
            // The clock of who changes it may be late.
            #expect(try beat.register([new], at: .second(5)) == [record])
            record.lastFiring = .second(30)
            let other = BeatRegistration.known("other", "2")
            let wanted = [record, BeatRecord(lastFiring: .second(30))]
            #expect(try beat.register([old, other], at: .second(30)) == wanted)
        },
        BrokerClause("a thousand entries are made known at once, in their order") { store in
            let beat = try store.beat()
            let entries = (0..<1_000).map { BeatRegistration.known("e\($0)", "x") }
            #expect(try beat.take(.mine) == .held)
            _ = try beat.register([entries[700]], at: .second(7))
            let records = try beat.register(entries, at: .second(1))
            #expect(records.count == 1_000)
            #expect(records[700].lastFiring == .second(7))
            #expect(records.filter { $0.lastFiring == .second(1) }.count == 999)
        },
    ]

    private static let firing = [
        BrokerClause("a firing is sent once, whoever sends it again, and none before it after it") {
            store in
            let beat = try store.beat()
            #expect(try beat.take(.mine) == .held)
            let entry = BeatRegistration.known("e", "1")
            _ = try beat.register([entry], at: .second(0))
            let first = BeatFiring.sample("e", 1)
            let firings = [first, .sample("e", 2), .sample("other", 2)]
            #expect(try beat.fire(firings, under: .mine) == [.sent, .sent, .sent])
            let record = BeatRecord(
                lastFiring: .second(2),
                count: 2,
                lastTask: firings[1].message.id
            )
            let again = try beat.fire([first, .sample("e", 2), .sample("e", 3)], under: .mine)
            #expect(again == [.passed(record), .passed(record), .sent])
            #expect(try store.broker().receiveIDs().count == 4)
        },
        BrokerClause("an entry is not sent more often than it may") { store in
            let beat = try store.beat()
            #expect(try beat.take(.mine) == .held)
            let outcomes = try beat.fire(
                (1...3).map { .sample("e", $0, most: 2) },
                under: .mine
            )
            #expect(outcomes.prefix(2) == [.sent, .sent])
            guard case .passed(let record) = outcomes[2] else {
                Issue.record("it was sent once more")
                return
            }
            #expect(record.count == 2 && record.lastFiring == .second(2))
            #expect(try store.broker().receiveIDs().count == 2)
        },
        BrokerClause(
            "a firing whose key a task holds is left out, and not sent later either",
            needs: [.uniqueSending]
        ) { store in
            let (beat, broker) = (try store.beat(), try store.broker())
            #expect(try beat.take(.mine) == .held)
            let hold = UniqueHold("beat:e")
            let firings = (1...4).map { BeatFiring.sample("e", $0, unique: hold) }
            #expect(try beat.fire([firings[0]], under: .mine) == [.sent])
            let taken = try broker.receiveOne()
            let holder = firings[0].message.id
            #expect(try beat.fire([firings[1]], under: .mine) == [.overlapped(holder)])
            #expect(try broker.finish([taken.finished(.success(holder))]).isEmpty)
            guard case .passed(let record)? = try beat.fire([firings[1]], under: .mine).first else {
                Issue.record("it was sent later")
                return
            }
            #expect(record.count == 1 && record.lastTask == holder)
            let outcomes = try beat.fire([firings[2], firings[3]], under: .mine)
            #expect(outcomes == [.sent, .overlapped(firings[2].message.id)])
            #expect(try broker.receiveIDs() == [firings[2].message.id])
        },
        BrokerClause("what is sent is known as sent, unless nobody may ask for it") { store in
            let beat = try store.beat()
            #expect(try beat.take(.mine) == .held)
            let firing = BeatFiring.sample("e", 1)
            let silent = BeatFiring(
                entry: "f",
                instant: .second(1),
                most: nil,
                message: .sample(ignoresResult: true)
            )
            #expect(try beat.fire([firing, silent], under: .mine) == [.sent, .sent])
            let found = try store.results().fetch([firing.message.id])
            guard case .pending? = found.first else {
                Issue.record("it is \(found)")
                return
            }
        },
    ]

    private static let operators = [
        BrokerClause("a paused entry's firings are left out, and are not sent when it goes on") {
            store in
            let beat = try store.beat()
            let admin = try store.beatAdministration()
            #expect(try admin.beatEntries().isEmpty)
            #expect(try admin.setPaused(entry: "é", true) == nil)
            #expect(try beat.take(.mine) == .held)
            _ = try beat.register([.known("é", "1"), .known("a", "1")], at: .second(0))
            #expect(try admin.setPaused(entry: "é", true) == true)
            #expect(try admin.setPaused(entry: "é", true) == false)
            let firings = [BeatFiring.sample("é", 1), .sample("a", 1), .sample("é", 2)]
            #expect(try beat.fire(firings, under: .mine) == [.paused, .sent, .paused])
            // Known again, it is paused still.
            _ = try beat.register([.known("é", "2"), .known("a", "1")], at: .second(0))
            let entries = try admin.beatEntries()
            #expect(entries.map(\.name) == ["a", "é"] && entries.map(\.isPaused) == [false, true])
            #expect(entries.map(\.schedule) == ["every 1s", "every 2s"])
            #expect(entries.map(\.task?.text) == ["demo.add", "demo.add"])
            #expect(entries.last?.record == BeatRecord(lastFiring: .second(2)))
            #expect(entries.first?.record.lastTask == firings[1].message.id)
            #expect(try admin.setPaused(entry: "é", false) == true)
            guard case .passed? = try beat.fire([.sample("é", 2)], under: .mine).first else {
                Issue.record("it was sent later")
                return
            }
            #expect(try beat.fire([.sample("é", 3)], under: .mine) == [.sent])
        },
        BrokerClause("an entry that is forgotten begins anew") { store in
            let beat = try store.beat()
            let admin = try store.beatAdministration()
            _ = try beat.register([.known("e", "1")], at: .second(99))
            #expect(try admin.forget(entry: "x") == false)
            #expect(try admin.forget(entry: "e") == true)
            #expect(try admin.beatEntries().isEmpty)
            let records = try beat.register([.known("e", "1")], at: .second(5))
            #expect(records == [BeatRecord(lastFiring: .second(5))])
        },
    ]
}
