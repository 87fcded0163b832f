import TestSupport
import Testing

@testable import TaskQueue

@Suite("a worker and tasks under suspicion")
struct SuspectTests {
    private var now = Moment.now
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
        _ = state.nextArrival()
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

    private var solitude: Solitude { state.solitude(isSettled: true, at: now.instant) }

    /// How many tasks it takes, being so far by itself.
    private func vacancies(in solitude: Solitude) -> Int {
        state.vacancies(in: solitude, at: now.instant)
    }

    @Test("nothing is taken beside one until it is done")
    mutating func untilDone() throws {
        for losses in 1...2 {
            let run = try start("suspect-\(losses)", losses: losses)
            #expect(vacancies(in: solitude) == 0)
            end(run)
            #expect(vacancies(in: solitude) == 4)
        }
    }

    @Test("beside one with a single loss others are taken when it has run for some time")
    mutating func untilProven() throws {
        _ = try start("suspect", losses: 1)
        #expect(state.nextDeadline(after: now.instant) == now.instant + Lease.probation)
        #expect(solitude == .none && vacancies(in: .quiet) == 0)
        now = now + Lease.probation
        #expect(solitude == .quiet && vacancies(in: .quiet) == 3)
        var second = SuspectTests()
        _ = try second.start("suspect", losses: 2)
        second.now = second.now + Lease.probation * 10
        #expect(second.vacancies(in: second.solitude) == 0)
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
        #expect(vacancies(in: .none) == 0)
        _ = state.nextArrival()
        let task = try delivery.task()
        _ = state.decide(
            delivery,
            .success(task),
            readiness: { _, _ in .unknown(hint: nil) },
            now: now
        )
        #expect(vacancies(in: solitude) == 4)
    }

    @Test("a worker that makes itself quiet for one takes nothing, until it is quiet or asks again")
    mutating func makesItselfQuiet() throws {
        let run = try start("plain")
        #expect(vacancies(in: solitude) == 3)
        state.looked(.toOthers, in: solitude, at: now.instant)
        #expect(vacancies(in: solitude) == 3)
        state.looked(.toThis, in: solitude, at: now.instant)
        #expect(vacancies(in: solitude) == 0)
        #expect(state.nextDeadline(after: now.instant) != nil)
        now = now + .seconds(1)
        #expect(vacancies(in: .none) == 3)
        state.looked(.toThis, in: .none, at: now.instant)
        end(run)
        #expect(solitude == .alone)
        #expect(vacancies(in: solitude) == 4)
    }

    @Test("a worker is alone when all is written, and quiet when all has run for some time")
    mutating func solitudes() throws {
        #expect(solitude == .alone)
        #expect(state.solitude(isSettled: false, at: now.instant) == .none)
        let run = try start("plain")
        #expect(solitude == .none)
        now = now + Lease.probation
        #expect(solitude == .quiet)
        state.took([.sample("next")])
        #expect(solitude == .none)
        _ = state.nextArrival()
        end(run)
        #expect(solitude == .alone)
        #expect(state.solitude(isSettled: false, at: now.instant) == .quiet)
    }
}
