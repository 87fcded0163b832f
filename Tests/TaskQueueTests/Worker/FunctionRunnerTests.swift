import Glibc
import Synchronization
import TestSupport
import Testing

@testable import TaskQueue

@Suite("functions as handlers of tasks", .timeLimit(.minutes(5)))
struct FunctionRunnerTests {
    /// What has happened up to when so many runs have ended, in the order of their ends.
    private func ends(_ runner: FunctionRunner, _ count: Int) -> [(run: UInt64, TaskOutcome)] {
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

    private func start(_ runner: FunctionRunner, _ runs: Range<UInt64>) throws {
        for run in runs {
            runner.start(
                TaskAssignment(
                    run: RunID(run),
                    task: try Delivery.sample("task-\(run)").task(),
                    queue: .celery,
                    limits: .none,
                    maxRetries: nil
                )
            )
        }
        runner.flush()
    }

    /// A runner with this function for the tasks of the samples, all of which are called `t`.
    private func runner(
        slots: Int,
        _ function: @escaping FunctionRunner.Function
    ) throws -> FunctionRunner {
        let runner = FunctionRunner([try #require(TaskName("t")): function])
        runner.slots = slots
        return runner
    }

    @Test("each task ends with what its function answers")
    func outcomes() throws {
        let failure = TaskFailure(type: "ValueError", message: "odd", module: "tests")
        let runner = try runner(slots: 3) { task in
            task.id.text.hasSuffix("1")
                ? .failure(failure, traceback: nil) : .success(JSONText(string: task.id.text))
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

    @Test("as many functions run at once as there are slots, and no more")
    func width() throws {
        let counts = Mutex((now: 0, most: 0))
        let gate = Gate()
        let runner = try runner(slots: 2) { _ in
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            // Nobody passes before so many are here.
            gate.wait { counts.withLock { $0.most } }
            counts.withLock { $0.now -= 1 }
            return .success(.null)
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
            gate.wait { 0 }
            return .success(.null)
        }
        try start(runner, 0..<3)
        while begun.withLock({ $0 }) == 0 { usleep(1000) }
        runner.interrupt(grace: .seconds(60))
        let waiting = ends(runner, 2)
        #expect(waiting.map(\.run) == [1, 2])
        #expect(waiting.allSatisfy { $0.1 == .interrupted })
        gate.open(at: 0)
        let last = try #require(ends(runner, 1).first)
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
            gate.wait { 0 }
            return .success(.null)
        }
        try start(runner, 0..<1)
        while !begun.withLock({ $0 }) { usleep(1000) }
        runner.interrupt(grace: .milliseconds(50))
        let last = try #require(ends(runner, 1).first)
        #expect(last == (0, .interrupted))
        #expect(runner.nextDeadline == nil)
        runner.shutDown()
    }
}

/// Holds functions back until a number reaches what the gate is opened at.
private final class Gate: Sendable {
    private let level = Mutex(Int.max)

    func open(at level: Int) {
        self.level.withLock { $0 = level }
    }

    func wait(_ number: () -> Int) {
        while number() < level.withLock({ $0 }) { usleep(1000) }
    }
}
