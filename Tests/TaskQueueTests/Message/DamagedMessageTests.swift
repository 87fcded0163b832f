import TaskQueue
import TestSupport
import Testing

@Suite("Damaged messages end in an error or a task, never in a crash", .timeLimit(.minutes(60)))
struct DamagedMessageTests {
    @Test("cut short", arguments: Fixture.names)
    func cut(name: String) throws {
        for envelope in try Fixture(name).envelopes {
            for count in stride(from: 0, to: envelope.count, by: 7) {
                #expect(throws: MessageError.self) {
                    try Envelope.decode(Array(envelope[..<count]))
                }
            }
        }
    }

    @Test("with bytes changed at random")
    func mutated() throws {
        let envelopes = try Fixture.names.flatMap { try Fixture($0).envelopes }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
        var mutation = Mutation(seed: 20_000)
        var outcomes = (read: 0, refused: 0)
        for round in 0..<21_000 {
            if read(mutation.variant(of: envelopes[round % envelopes.count])) {
                outcomes.read += 1
            } else {
                outcomes.refused += 1
            }
        }
        #expect(outcomes.read > 1_000 && outcomes.refused > 1_000)
    }

    @Test("with their parts changed at random, and the rest well formed")
    func mutatedParts() throws {
        let plain = try Envelope.decode(Fixture.message("redis-task-plain").raw)
        let packed = try Envelope.decode(Fixture.message("redis-serializer-msgpack").raw)
        var mutation = Mutation(seed: 7)
        for round in 0..<9_000 {
            var message = round % 3 == 0 ? packed : plain
            if round % 3 < 2 {
                message.body = mutation.variant(of: message.body)
            } else if let headers = try? JSONText(mutation.variant(of: message.headers.bytes)) {
                message.headers = headers
            }
            read(message)
        }
    }

    @discardableResult
    private func read(_ envelope: [UInt8]) -> Bool {
        (try? Envelope.decode(envelope)).map { read($0) } ?? false
    }

    @discardableResult
    private func read(_ message: Message) -> Bool {
        _ = TaskMessage.id(of: message)
        do throws(MessageError) {
            let task = try TaskMessage(message, body: BodyReader())
            // What came out is well formed.
            #expect(throws: Never.self) { try JSONText(task.args.bytes, acceptsNonFinite: true) }
            #expect(throws: Never.self) { try JSONText(task.kwargs.bytes, acceptsNonFinite: true) }
            return true
        } catch {
            #expect(!error.description.isEmpty)
            return false
        }
    }
}
