import AMQPTransport
import RedisTransport
import SQLiteTransport
import TaskQueue
import TestSupport
import Testing

@Suite("docs/brokers.md")
struct BrokerPageTests {
    /// What a broker of a type declares.
    private func declared(_ broker: any Broker.Type) -> Set<Capability> {
        let all: [(Capability, Bool)] = [
            (.queueCounting, broker is any QueueCounting.Type),
            (.repeatableSending, broker is any RepeatableSending.Type),
            (.uniqueSending, broker is any UniqueSending.Type),
            (.leaseKeeper, broker is any LeaseKeeper.Type),
            (.advice, broker is any AdvisingBroker.Type),
            (.queueInspection, broker is any QueueInspection.Type),
            (.deadLetterStore, broker is any DeadLetterStore.Type),
            (.queueControl, broker is any QueueControl.Type),
            (.queuePausing, broker is any QueuePausing.Type),
            (.taskRevoking, broker is any TaskRevoking.Type),
            (.beatStore, broker is any BeatStore.Type),
            (.beatAdministration, broker is any BeatAdministration.Type),
            (.liveEntryStore, broker is any LiveEntryStore.Type),
            (.recordStore, broker is any RecordStore.Type),
        ]
        #expect(Set(all.map(\.0)) == Set(Capability.allCases))
        return Set(all.filter(\.1).map(\.0))
    }

    @Test("says of each broker what its code declares")
    func table() throws {
        let page = try SourceTree.text("docs/brokers.md")
        let brokers = [SQLiteBroker.self, RedisBroker.self, AMQPBroker.self] as [any Broker.Type]
        let declared = brokers.map(declared)
        for capability in Capability.allCases {
            let answers = declared.map { $0.contains(capability) ? "yes" : "no" }
            let row = "| \(capability.deed) | \(answers.joined(separator: " | ")) |\n"
            #expect(page.contains(row))
        }
    }
}
