import TestSupport
import Testing

@testable import TaskQueue

@Suite("a broker that can no more than AMQP")
struct PoorBrokerTests {
    @Test("keeps the contract of what it declares", arguments: BrokerClause.all)
    func keeps(_ clause: BrokerClause) async throws {
        let server = PoorServer()
        let results = MemoryStore()
        try await clause.check(
            TaskStore(
                capabilities: [.queueCounting],
                habits: PoorServer.habits,
                broker: { server.connect($0) },
                results: { MemoryResultBackend(results, lifetime: $0) },
                heldBy: .connections(server.control),
                deadLetters: { _ in [] }
            )
        )
    }

    @Test("closes a connection that nobody attends, and gives what it held to others")
    func unattended() async throws {
        let server = PoorServer(patience: .seconds(2))
        let broker = server.connect()
        let message = OutgoingMessage.sample()
        try broker.send([message])
        let held = try broker.receiveOne()
        try await eventually { server.connected.isEmpty }
        #expect(throws: BrokerError.self) { try broker.finish([held.finished()]) }
        #expect(try server.connect("other").receiveIDs() == [message.id])
    }

    @Test("sends, and says in one sentence that it keeps no keys")
    func sending() throws {
        let server = PoorServer()
        var connection = SendingConnection(within: .seconds(60)) { _ in server.connect("sender") }
        let messages = OutgoingMessage.samples(3)
        let sent = connection.sendFirst(of: messages[...])
        #expect(sent.holders.count == 3 && sent.failure == nil)
        let unique = OutgoingMessage.sample(unique: UniqueHold("key"))
        let refused = connection.sendFirst(of: [unique])
        #expect(refused.holders.isEmpty)
        #expect(refused.failure?.description == "Poor cannot keep unique keys")
        #expect(try server.connect().receiveIDs() == messages.map(\.id))
    }

    @Test("what was lost while it was sent is not sent again: it may have arrived")
    func sendingAgain() throws {
        let server = PoorServer()
        var connection = SendingConnection(within: .seconds(60)) { _ in server.connect("sender") }
        try connection.open()
        server.cut("sender")
        let message = OutgoingMessage.sample()
        #expect(connection.sendFirst(of: [message]).failure?.mayPass == true)
        #expect(connection.isUncertain)
        #expect(connection.sendFirst(of: [message]).failure == nil)
        #expect(try server.connect().receiveIDs() == [message.id])
    }

    @Test("cannot revoke tasks, and says so before it is asked for anything else")
    func revoking() throws {
        let server = PoorServer()
        let results = MemoryResultBackend(MemoryStore(), lifetime: nil)
        let error = #expect(throws: BrokerError.self) {
            try Revocation.revoke([TaskID("a")], server.connect("operator"), results)
        }
        #expect(error?.description == "Poor cannot revoke tasks")
    }

    @Test("says in one sentence what it cannot do for operators", arguments: Capability.allCases)
    func refusing(_ capability: Capability) {
        let broker = PoorServer().connect("operator")
        guard !broker.has(capability) else { return }
        let error = BrokerError.unable(broker: broker.kind, capability)
        #expect("\(error)" == "Poor cannot \(capability.deed)")
    }
}
