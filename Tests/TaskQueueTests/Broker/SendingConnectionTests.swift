import TaskQueue
import TestSupport
import Testing

@Suite("a connection that sends")
struct SendingConnectionTests {
    @Test("sends to a broker that cannot tell what was sent before")
    func sends() throws {
        let store = MemoryStore()
        var connection = SendingConnection(within: .seconds(60)) { _ in
            LimitedBroker(MemoryBroker(store, worker: ""))
        }
        let messages = OutgoingMessage.samples(3)
        let (holders, failure) = connection.sendFirst(of: messages[...])
        #expect(holders == [nil, nil, nil])
        #expect(failure == nil)
        #expect(try MemoryBroker(store, worker: "w").receiveIDs() == messages.map(\.id))
    }

    @Test("does not send again what may have arrived, where the broker cannot tell")
    func sendsOnce() throws {
        let store = MemoryStore()
        var connection = SendingConnection(within: .seconds(60)) { _ in
            FailingBroker(MemoryBroker(store, worker: ""), at: .sent)
        }
        let message = OutgoingMessage.sample()
        let (holders, failure) = connection.sendFirst(of: [message])
        #expect(holders.isEmpty)
        #expect(failure == FailingBroker.failure)
        #expect(connection.isUncertain)
        #expect(try MemoryBroker(store, worker: "w").receiveIDs() == [message.id])
    }

    @Test("says which broker cannot keep the key of a message")
    func keepsNoKeys() throws {
        let store = MemoryStore()
        var connection = SendingConnection(within: .seconds(60)) { _ in
            LimitedBroker(MemoryBroker(store, worker: ""))
        }
        let message = OutgoingMessage.sample(unique: UniqueHold("key"))
        let (holders, failure) = connection.sendFirst(of: [message])
        #expect(holders.isEmpty)
        #expect(failure == .unable(broker: "Limited", .uniqueSending))
        #expect(!connection.isUncertain)
        #expect(try MemoryBroker(store, worker: "w").receiveIDs().isEmpty)
    }
}
