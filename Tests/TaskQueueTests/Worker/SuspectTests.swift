import TestSupport
import Testing

@testable import TaskQueue

@Suite("a worker and tasks under suspicion")
struct SuspectTests {
    private let now = Timestamp.now()
    private var state: WorkerState

    init() {
        var limits = WorkerLimits(concurrency: 4)
        limits.prefetch = 0
        state = WorkerState(
            WorkerConfiguration(queues: [.celery], limits: limits, policy: { _ in TaskPolicy() })
        )
    }

    /// Has the worker take a task and start it.
    private mutating func start(_ id: String, losses: Int = 0) throws -> RunID {
        let sample = Delivery.sample(id)
        let delivery = Delivery(
            tag: sample.tag,
            queue: sample.queue,
            content: sample.content,
            losses: losses
        )
        state.took([delivery])
        state.arrived -= 1
        let task = try delivery.task()
        _ = state.decide(delivery, .success(task), readiness: { _, _ in .ready }, now: now)
        guard case .start(let assignment) = state.next(takesAhead: { _ in false }, now: now) else {
            throw NoSuchPart(name: id)
        }
        return assignment.run
    }

    private mutating func end(_ run: RunID) {
        _ = state.end(run, .success(.null), after: .milliseconds(1), now: now)
    }

    private var solitude: Solitude { state.solitude(isSettled: true) }

    @Test("nothing is taken beside one until it is done")
    mutating func untilDone() throws {
        for losses in 1...2 {
            let run = try start("suspect-\(losses)", losses: losses)
            #expect(state.vacancies(in: solitude) == 0)
            end(run)
            #expect(state.vacancies(in: solitude) == 4)
        }
    }

    @Test("beside one with a single loss others are taken when it has run for some time")
    mutating func untilProven() async throws {
        _ = try start("suspect", losses: 1)
        #expect(state.nextDeadline != nil)
        #expect(solitude == .none)
        try await eventually { state.vacancies(in: .quiet) == 3 }
        #expect(solitude == .quiet)
        var second = SuspectTests()
        _ = try second.start("suspect", losses: 2)
        try await Task.sleep(for: Lease.probation + .milliseconds(100))
        #expect(second.state.vacancies(in: second.solitude) == 0)
    }

    @Test("one that is not run at all keeps nothing from the worker")
    mutating func notRun() throws {
        let sample = Delivery.sample("unknown")
        let delivery = Delivery(
            tag: sample.tag,
            queue: sample.queue,
            content: sample.content,
            losses: 2
        )
        state.took([delivery])
        #expect(state.vacancies(in: .none) == 0)
        state.arrived -= 1
        let task = try delivery.task()
        _ = state.decide(
            delivery,
            .success(task),
            readiness: { _, _ in .unknown(hint: nil) },
            now: now
        )
        #expect(state.vacancies(in: solitude) == 4)
    }

    @Test("a worker that makes itself quiet for one takes nothing, until it is quiet or asks again")
    mutating func makesItselfQuiet() async throws {
        let run = try start("plain")
        #expect(state.vacancies(in: solitude) == 3)
        state.looked(.toOthers, in: solitude)
        #expect(state.vacancies(in: solitude) == 3)
        state.looked(.toThis, in: solitude)
        #expect(state.vacancies(in: solitude) == 0)
        #expect(state.nextDeadline != nil)
        try await eventually { state.vacancies(in: .none) == 3 }
        state.looked(.toThis, in: .none)
        end(run)
        #expect(solitude == .alone)
        #expect(state.vacancies(in: solitude) == 4)
    }

    @Test("a worker is alone when all is written, and quiet when all has run for some time")
    mutating func solitudes() async throws {
        #expect(state.solitude(isSettled: true) == .alone)
        #expect(state.solitude(isSettled: false) == .none)
        let run = try start("plain")
        #expect(solitude == .none)
        try await eventually { solitude == .quiet }
        state.arrived = 1
        #expect(solitude == .none)
        state.arrived = 0
        end(run)
        #expect(solitude == .alone)
        #expect(state.solitude(isSettled: false) == .quiet)
    }
}
