import Synchronization
import TestSupport
import Testing

@testable import TaskQueue

@Suite("the loop of a consumer", .timeLimit(.minutes(60)))
struct ConsumerLoopTests {
    /// Of a broker that has read tasks while it did something else: nothing becomes readable then.
    private final class QuietWatch: ArrivalWatch, Sendable {
        let hasRead: Mutex<Bool>
        let resumes = Atomic(0)
        let descriptors: [Int32] = []

        init() { hasRead = Mutex(false) }

        var longestWait: Duration? { hasRead.withLock { $0 } ? .zero : nil }
        func clear() throws(BrokerError) { hasRead.withLock { $0 = false } }
        func resume(upTo limit: Int) throws(BrokerError) { resumes.add(1, ordering: .relaxed) }
        func suspend() throws(BrokerError) {}
    }

    @Test("takes what was read already, though no descriptor says so")
    func read() async throws {
        let store = MemoryStore()
        let message = OutgoingMessage.sample()
        let watch = QuietWatch()
        let mailbox = try ConsumerMailbox(queues: [.celery])
        detachThread {
            var loop = ConsumerLoop(
                mailbox,
                held: HeldTags(),
                connect: { _ in
                    BrokerConnection(
                        broker: MemoryBroker(store, worker: "w"),
                        backend: nil,
                        arrivals: watch,
                        leases: nil
                    )
                },
                report: { _ in }
            )
            loop.run()
        }
        mailbox.request { requests in
            requests.granted = 1
            return true
        }
        try await eventually { watch.resumes.load(ordering: .relaxed) == 1 }
        try MemoryBroker(store, worker: "sender").send([message])
        watch.hasRead.withLock { $0 = true }
        // As an outcome would, which is written meanwhile.
        mailbox.request { _ in true }
        var taken: [TaskID] = []
        try await eventually {
            for case .taken(let deliveries) in mailbox.takeReports() {
                taken += try deliveries.map { try $0.taskID() }
            }
            return !taken.isEmpty
        }
        #expect(taken == [message.id])
        mailbox.request { requests in
            requests.isAbandoned = true
            return true
        }
    }
}
