import Glibc
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

    @Test("says what went wrong while there was time for an answer")
    func lastAttempt() throws {
        let refusal = BrokerError.unreachable(url: "b", reason: "refused")
        var attempts = 0
        var connection = SendingConnection(within: .milliseconds(300)) {
            (time) throws(BrokerError) in
            attempts += 1
            guard attempts > 1 else { throw refusal }
            usleep(UInt32(time.microseconds) + 1_000)
            throw .unreachable(url: "b", reason: "no answer in time")
        }
        #expect(throws: refusal) { try connection.open() }
        #expect(attempts == 2)
    }
}
