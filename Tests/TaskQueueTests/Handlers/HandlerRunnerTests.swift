import Glibc
import Synchronization
import TestSupport
import Testing

@testable import TaskQueue

@Suite("handlers of tasks", .timeLimit(.minutes(60)))
struct HandlerRunnerTests {
    /// What has happened up to when so many runs have ended, in the order of their ends.
    private func ends(_ runner: HandlerRunner, _ count: Int) -> [(run: UInt64, TaskOutcome)] {
        var ends: [(run: UInt64, TaskOutcome)] = []
        while ends.count < count {
            var entry = pollfd(fd: runner.descriptor, events: Int16(POLLIN), revents: 0)
            let deadline = runner.nextDeadline ?? .now + .seconds(60)
            _ = poll(&entry, 1, PollTimeout.milliseconds(until: deadline))
            for case .ended(let run, let outcome, _) in runner.advance() {
                ends.append((run.number, outcome))
            }
        }
        return ends
    }

    /// - Returns: the task that was started last.
    @discardableResult
    private func start(
        _ runner: HandlerRunner,
        _ runs: Range<UInt64>,
        limits: TimeLimits = .none
    ) throws -> TaskMessage? {
        var last: TaskMessage?
        for run in runs {
            let task = try Delivery.sample("task-\(run)").task()
            runner.start(
                TaskAssignment(
                    run: RunID(run),
                    task: task,
                    queue: .celery,
                    limits: limits,
                    maxRetries: nil
                )
            )
            last = task
        }
        runner.flush()
        return last
    }

    /// A runner with this handler for the tasks of the samples, all of which are called `t`.
    private func runner(
        slots: Int,
        _ handler: @escaping HandlerRunner.Handler
    ) throws -> HandlerRunner {
        let runner = try HandlerRunner(
            [try #require(TaskName("t")): handler],
            on: BlockingExecutor.shared
        )
        runner.slots = slots
        return runner
    }

    @Test("each task ends with what its handler answers")
    func outcomes() throws {
        let failure = TaskFailure(type: "ValueError", message: "odd", module: "tests")
        let runner = try runner(slots: 3) { run in
            let id = run.assignment.task.id.text
            return id.hasSuffix("1") ? .failed(failure) : .ended(.success(JSONText(string: id)))
        }
        #expect(runner.canRun(try #require(TaskName("t"))))
        #expect(!runner.canRun(try #require(TaskName("other"))))
        try start(runner, 0..<100)
        try start(runner, 100..<200)
        let ends = ends(runner, 200).sorted { $0.run < $1.run }
        runner.shutDown()
        #expect(ends.map(\.run) == Array(0..<200))
        for (run, outcome) in ends {
            let success = TaskOutcome.success(JSONText(string: "task-\(run)"))
            #expect(outcome == (run % 10 == 1 ? .failure(failure, traceback: nil) : success))
        }
    }

    @Test("as many handlers run at once as there are slots, and no more")
    func width() throws {
        let counts = Mutex((now: 0, most: 0))
        let gate = Gate()
        let runner = try runner(slots: 2) { _ in
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            // Nobody passes before so many are here.
            await gate.wait { counts.withLock { $0.most } }
            counts.withLock { $0.now -= 1 }
            return .ended(.success(.null))
        }
        gate.open(at: 2)
        try start(runner, 0..<20)
        #expect(ends(runner, 20).count == 20)
        #expect(counts.withLock { $0.most } == 2)
        runner.slots = 4
        gate.open(at: 4)
        try start(runner, 20..<40)
        #expect(ends(runner, 20).count == 20)
        #expect(counts.withLock { $0.most } == 4)
        runner.shutDown()
    }

    @Test("at once: what waits goes back, what runs may end within the grace")
    func interrupt() throws {
        let gate = Gate()
        let begun = Mutex(0)
        let runner = try runner(slots: 1) { _ in
            begun.withLock { $0 += 1 }
            await gate.wait { 0 }
            return .ended(.success(.null))
        }
        try start(runner, 0..<3)
        while begun.withLock({ $0 }) == 0 { usleep(1000) }
        runner.interrupt(grace: .seconds(60))
        let waiting = ends(runner, 2)
        #expect(waiting.map(\.run) == [1, 2])
        #expect(waiting.allSatisfy { $0.1 == .interrupted })
        gate.open(at: 0)
        let last = try #require(ends(runner, 1).first)
        // It was cancelled, and has a result all the same.
        #expect(last == (0, .success(.null)))
        runner.shutDown()
        #expect(begun.withLock { $0 } == 1)
    }

    @Test("at once: what does not end within the grace is left behind, and nobody waits for it")
    func leaveBehind() throws {
        let gate = Gate()
        defer { gate.open(at: 0) }
        let begun = Mutex(false)
        let runner = try runner(slots: 1) { _ in
            begun.withLock { $0 = true }
            await gate.wait { 0 }
            return .ended(.success(.null))
        }
        try start(runner, 0..<1)
        while !begun.withLock({ $0 }) { usleep(1000) }
        runner.interrupt(grace: .milliseconds(50))
        let last = try #require(ends(runner, 1).first)
        #expect(last == (0, .interrupted))
        #expect(runner.nextDeadline == nil)
        runner.shutDown()
    }

    @Test("more handlers that wait run at once than the machine has cores")
    func manyAtOnce() throws {
        let counts = Mutex((now: 0, most: 0))
        let gate = Gate()
        let runner = try runner(slots: 300) { _ in
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            await gate.wait { counts.withLock { $0.most } }
            return .ended(.success(.null))
        }
        gate.open(at: 300)
        try start(runner, 0..<300)
        #expect(ends(runner, 300).count == 300)
        #expect(counts.withLock { $0.most } == 300)
    }

    @Test("at its soft limit a handler is cancelled, and has failed if it gives up")
    func softLimit() throws {
        let runner = try runner(slots: 1) { _ in
            do { try await Task.sleep(for: .seconds(600)) } catch { return .cancelled }
            return .ended(.success(.null))
        }
        try start(runner, 0..<1, limits: TimeLimits(hard: 600, soft: 0.05))
        let end = try #require(ends(runner, 1).first)
        let failure = TaskFailure(
            type: "SoftTimeLimitExceeded",
            message: "ran longer than its soft time limit of 50ms: it was cancelled",
            module: "billiard.exceptions"
        )
        #expect(end == (0, .failure(failure, traceback: nil)))
        // The slot that was cancelled takes no other.
        try start(runner, 1..<3, limits: TimeLimits(hard: 600, soft: 0.05))
        #expect(ends(runner, 2).allSatisfy { $0.1 == .failure(failure, traceback: nil) })
    }

    @Test("at its hard limit a handler is left behind, and its slot is free")
    func hardLimit() throws {
        let gate = Gate()
        defer { gate.open(at: 0) }
        let isFirst = Mutex(true)
        let runner = try runner(slots: 1) { _ in
            let waits = isFirst.withLock { first in
                defer { first = false }
                return first
            }
            if waits { await gate.wait { 0 } }
            return .ended(.success(.null))
        }
        try start(runner, 0..<2, limits: TimeLimits(hard: 0.2, soft: 0.1))
        let ends = ends(runner, 2)
        let failure = TaskFailure(
            type: "TimeLimitExceeded",
            message: "ran longer than its time limit of 200ms: it was left behind",
            module: "billiard.exceptions"
        )
        #expect(ends[0] == (0, .failure(failure, traceback: nil)))
        #expect(ends[1] == (1, .success(.null)))
        gate.open(at: 0)
        // What it says at last is of no interest.
        try start(runner, 2..<3)
        #expect(self.ends(runner, 1).map(\.run) == [2])
    }

    @Test("a limit wakes the runner once, and not for ever")
    func limitIsQuiet() throws {
        let gate = Gate()
        let runner = try runner(slots: 1) { _ in
            await gate.wait { 0 }
            return .ended(.success(.null))
        }
        try start(runner, 0..<1, limits: TimeLimits(hard: 600))
        var entry = pollfd(fd: runner.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 10_000) == 1)
        #expect(runner.advance().isEmpty)
        #expect(poll(&entry, 1, 20) == 0)
        gate.open(at: 0)
        #expect(ends(runner, 1).count == 1)
    }

    @Test("takes ahead only behind what runs: nothing is begun beside it for that")
    func takesAhead() throws {
        let gate = Gate()
        let runner = try runner(slots: 1) { _ in
            await gate.wait { 0 }
            return .ended(.success(.null))
        }
        let name = try #require(TaskName("t"))
        #expect(!runner.takesAhead(name))
        try start(runner, 0..<1)
        #expect(runner.takesAhead(name))
        gate.open(at: 0)
        #expect(ends(runner, 1).count == 1)
        #expect(!runner.takesAhead(name))
    }

    @Test("interrupted, it has not failed, whatever it says of that")
    func interruptedFailures() {
        let failure = TaskFailure(type: "E", message: "m", module: "")
        let answers: [HandlerAnswer] = [
            .failed(failure), .retry(failure), .cancelled,
            .ended(.failure(failure, traceback: nil)), .ended(.fatal(failure, traceback: nil)),
            .ended(.retry(delay: nil, failure, traceback: nil)),
        ]
        for answer in answers { #expect(answer.outcome(.interruption) == .interrupted) }
        #expect(HandlerAnswer.ended(.putBack).outcome(.interruption) == .putBack)
        let limit = HandlerCancellation.softLimit(1)
        let fatal = TaskOutcome.fatal(failure, traceback: nil)
        #expect(HandlerAnswer.ended(fatal).outcome(limit) == fatal)
    }

    @Test("interrupted, it is not past its soft limit besides")
    func interruptedAtLimit() throws {
        let begun = Mutex(false)
        let runner = try runner(slots: 1) { _ in
            begun.withLock { $0 = true }
            // Hears of its cancellation when its limit is over, too.
            await Task.detached(executorPreference: BlockingExecutor.shared) {
                try? await Task.sleep(for: .milliseconds(300))
            }.value
            return .cancelled
        }
        try start(runner, 0..<1, limits: TimeLimits(soft: 0.1))
        while !begun.withLock({ $0 }) { usleep(1000) }
        runner.interrupt(grace: .seconds(60))
        let last = try #require(ends(runner, 1).first)
        #expect(last == (0, .interrupted))
    }

    @Test("keeps no call that has ended, though others wait all the time")
    func forgetsCalls() throws {
        let gate = Gate()
        gate.open(at: 0)
        let counts = Mutex((begun: 0, allowed: 0))
        let runner = try runner(slots: 1) { _ in
            let own = counts.withLock { counts in
                counts.begun += 1
                return counts.begun
            }
            await gate.wait { counts.withLock { $0.allowed - own } }
            return .ended(.success(.null))
        }
        weak var early: TaskMessage?
        for round in 0..<40 as Range<UInt64> {
            let last = try start(runner, round * 100..<(round + 1) * 100)
            if round == 0 { early = last }
            // Half of them: the line never runs empty.
            counts.withLock { $0.allowed += 50 }
            #expect(ends(runner, 50).count == 50)
        }
        #expect(early == nil)
        counts.withLock { $0.allowed = .max }
        #expect(ends(runner, 2000).count == 2000)
    }

    @Test("handlers that never suspend keep none from running, however many they are")
    func neverSuspend() throws {
        let isOver = Atomic(false)
        defer { isOver.store(true, ordering: .relaxed) }
        // More than the machine has cores, each on a thread of the pool.
        let spinning = 4
        let begun = Atomic(0)
        let runner = try HandlerRunner(
            [
                try #require(TaskName("t")): { run in
                    if run.assignment.run.number < UInt64(spinning) {
                        begun.add(1, ordering: .relaxed)
                        while !isOver.load(ordering: .relaxed) { sched_yield() }
                    }
                    return .ended(.success(.null))
                }
            ],
            on: ThreadExecutor(width: 2, limit: 16)
        )
        runner.slots = 8
        try start(runner, 0..<UInt64(spinning))
        while begun.load(ordering: .relaxed) < spinning { usleep(1000) }
        try start(runner, 10..<20)
        #expect(Set(ends(runner, 10).map(\.run)) == Set(10..<20))
        #expect(!runner.isStarved)
    }

    @Test("what no thread begins in time is given back, and nothing taken until one is free")
    func starved() throws {
        let isOver = Atomic(false)
        let begun = Atomic(false)
        let runner = try HandlerRunner(
            [
                try #require(TaskName("t")): { run in
                    if run.assignment.run.number == 0 {
                        begun.store(true, ordering: .relaxed)
                        while !isOver.load(ordering: .relaxed) { sched_yield() }
                    }
                    return .ended(.success(.null))
                }
            ],
            on: ThreadExecutor(width: 1, limit: 1),
            starvation: .milliseconds(100)
        )
        runner.slots = 3
        try start(runner, 0..<1, limits: TimeLimits(hard: 0.05))
        while !begun.load(ordering: .relaxed) { usleep(1000) }
        try start(runner, 1..<3)
        var events = allEvents(runner) { $0.contains(.starved(waiting: 2)) }
        #expect(events.contains(.leftBehind(RunID(0))))
        #expect(runner.isStarved)
        events += allEvents(runner) { _ in true }
        #expect(
            events.contains(.ended(RunID(1), .interrupted, after: .zero))
                && events.contains(.ended(RunID(2), .interrupted, after: .zero))
        )
        isOver.store(true, ordering: .relaxed)
        _ = allEvents(runner) { $0.contains(.relieved) }
        #expect(!runner.isStarved)
        try start(runner, 3..<4)
        #expect(ends(runner, 1).map(\.run) == [3])
    }

    @Test("what waits behind handlers that take long is given back")
    func stalled() throws {
        let gate = Gate()
        defer { gate.open(at: 0) }
        let runner = try HandlerRunner(
            [
                try #require(TaskName("t")): { _ in
                    await gate.wait { 0 }
                    return .ended(.success(.null))
                }
            ],
            starvation: .milliseconds(100)
        )
        try start(runner, 0..<3)
        let events = allEvents(runner) { $0.contains(.stalled(waiting: 2)) }
        #expect(!runner.isStarved && !events.contains(.relieved))
        #expect(ends(runner, 0).isEmpty)
        gate.open(at: 0)
        #expect(ends(runner, 1).map(\.run) == [0])
    }

    /// What happens up to an event that is waited for.
    private func allEvents(
        _ runner: HandlerRunner,
        until isEnough: ([RunEvent]) -> Bool
    ) -> [RunEvent] {
        var events: [RunEvent] = []
        repeat {
            var entry = pollfd(fd: runner.descriptor, events: Int16(POLLIN), revents: 0)
            let deadline = min(runner.nextDeadline ?? .now + .milliseconds(100), .now + .seconds(1))
            _ = poll(&entry, 1, PollTimeout.milliseconds(until: deadline))
            events += runner.advance()
        } while !isEnough(events)
        return events
    }

    @Test("what a handler has for its cancellation may block, and the runner goes on")
    func blockingCancellation() throws {
        let isOver = Atomic(false)
        defer { isOver.store(true, ordering: .relaxed) }
        let runner = try runner(slots: 2) { run in
            guard run.assignment.run.number == 0 else { return .ended(.success(.null)) }
            return await withTaskCancellationHandler {
                try? await Task.sleep(for: .seconds(600))
                return .cancelled
            } onCancel: {
                while !isOver.load(ordering: .relaxed) { usleep(1000) }
            }
        }
        try start(runner, 0..<1, limits: TimeLimits(hard: 0.1, soft: 0.05))
        #expect(ends(runner, 1).map(\.run) == [0])
        try start(runner, 1..<2)
        #expect(ends(runner, 1).map(\.run) == [1])
    }

    @Test("a handler that fails because it was interrupted goes back to its queue")
    func interruptedFailure() throws {
        let begun = Mutex(false)
        let runner = try runner(slots: 1) { _ in
            begun.withLock { $0 = true }
            do { try await Task.sleep(for: .seconds(600)) } catch {
                return .failed(TaskFailure(type: "Odd", message: "", module: "tests"))
            }
            return .ended(.success(.null))
        }
        try start(runner, 0..<1)
        while !begun.withLock({ $0 }) { usleep(1000) }
        runner.interrupt(grace: .seconds(60))
        let last = try #require(ends(runner, 1).first)
        #expect(last == (0, .interrupted))
    }
}

/// Holds handlers back until a number reaches what the gate is opened at.
private final class Gate: Sendable {
    private let level = Mutex(Int.max)

    func open(at level: Int) {
        self.level.withLock { $0 = level }
    }

    func wait(_ number: () -> Int) async {
        while number() < level.withLock({ $0 }) {
            // As a handler that does not hear of its cancellation.
            await Task.detached(executorPreference: BlockingExecutor.shared) {
                try? await Task.sleep(for: .milliseconds(1))
            }.value
        }
    }
}
