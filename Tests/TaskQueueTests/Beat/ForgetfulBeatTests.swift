import TestSupport
import Testing

@testable import TaskQueue

@Suite("a tq-beat of which nothing is remembered")
struct ForgetfulBeatTests {
    private let store = MemoryStore()
    private let election = Election()
    private let lease = BeatLease(group: "g", holder: "h")

    @Test("sends each firing once, over a new connection too")
    func sends() throws {
        let notes = BeatNotes()
        let beat = beat(notes)
        let now = Timestamp.now()
        #expect(try beat.take(lease) == .held)
        #expect(try beat.register([try registration], at: now) == [BeatRecord(lastFiring: now)])
        let first = try firing(now + .seconds(1))
        #expect(try beat.fire([first], under: lease) == [.sent])
        let again = self.beat(notes)
        #expect(try again.fire([first], under: lease) == [.notLeading])
        #expect(try again.take(lease) == .held)
        let record = try #require(try again.register([try registration], at: now).first)
        #expect(record.lastFiring == now + .seconds(1) && record.count == 1)
        let second = try firing(now + .seconds(2))
        #expect(try again.fire([first], under: lease) == [.passed(record)])
        #expect(try again.fire([second], under: lease) == [.sent])
        let ids = try MemoryBroker(store, worker: "w").receiveIDs()
        #expect(ids == [first.message.id, second.message.id])
    }

    @Test("goes on from when another led, as it takes the lead")
    func takesOver() throws {
        let beat = beat(BeatNotes())
        election.leads = false
        let before = Timestamp.now()
        #expect(try beat.take(lease) != .held)
        let after = Timestamp.now()
        election.leads = true
        #expect(try beat.take(lease) == .held)
        let later = after + .seconds(600)
        let record = try #require(try beat.register([try registration], at: later).first)
        #expect(record.lastFiring >= before && record.lastFiring <= after)
        // An entry that comes later has missed nothing.
        let other = BeatRegistration(
            name: "other",
            fingerprint: "f",
            schedule: "1",
            task: try #require(TaskName("t"))
        )
        #expect(try beat.register([other], at: later) == [BeatRecord(lastFiring: later)])
    }

    @Test("refuses what a broker without a memory cannot do, and says so")
    func refusals() throws {
        let beat = beat(BeatNotes())
        _ = try beat.take(lease)
        let keyed = BeatFiring(
            entry: "e",
            instant: .now(),
            most: nil,
            message: .sample(unique: UniqueHold("k"))
        )
        #expect(throws: BrokerError.unable(broker: "Limited", .uniqueSending)) {
            try beat.fire([keyed], under: lease)
        }
        #expect(throws: BrokerError.unable(broker: "Limited", .liveEntryStore)) {
            try beat.remove(live: "e")
        }
    }

    private func beat(_ notes: BeatNotes) -> ForgetfulBeat {
        ForgetfulBeat(
            LimitedBroker(MemoryBroker(store, worker: "")),
            election,
            notes,
            of: "memory:"
        )
    }

    private var registration: BeatRegistration {
        get throws {
            BeatRegistration(
                name: "e",
                fingerprint: "f",
                schedule: "1",
                task: try #require(TaskName("t"))
            )
        }
    }

    private func firing(_ instant: Timestamp) throws -> BeatFiring {
        BeatFiring(entry: "e", instant: instant, most: nil, message: .sample())
    }

    private final class Election: LeaderElection {
        var leads = true

        func lead(_ group: String) throws(BrokerError) -> Bool { leads }
        func resign(_ group: String) throws(BrokerError) {}
    }
}
