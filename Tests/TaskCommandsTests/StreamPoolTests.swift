import Glibc
import Testing

@testable import TaskCommands
@testable import TaskQueue

@Suite("pool of stream commands")
struct StreamPoolTests {
    private let command = CommandSpec(.vector(["cat"]))
    private let start = Instant.now

    private func waiting(_ number: UInt64) -> StreamPool.Waiting {
        StreamPool.Waiting(line: Array("\(number)\n".utf8), limits: .none, run: RunID(number))
    }

    /// Lends a pool with so many processes, which answer each line with itself.
    private func withPool(
        processes count: UInt64,
        _ body: (StreamPool) throws -> Void
    ) throws {
        let pool = StreamPool(command)
        for number in 0..<count {
            let child = try ChildProcess(["cat"], environment: ["PATH=/usr/bin:/bin"])
            pool.add(StreamProcess(child, command), number: number)
        }
        // What is taken out of the pool ends, too.
        let all = pool.processes.values
        defer { for process in all { end(process) } }
        try body(pool)
    }

    private func end(_ process: StreamProcess) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16)
        defer { buffer.deallocate() }
        var events: [RunEvent] = []
        process.child.signal(SIGKILL)
        process.end(buffer, &events)
    }

    /// What is chosen: the number of a process, `start` or `wait`.
    private func choice(_ pool: StreamPool, _ task: UInt64 = 0, slots: Int) -> String {
        switch pool.choose(for: waiting(task), slots: slots, hasFreeSlot: true, .now) {
        case .give(let number, _): "\(number)"
        case .start: "start"
        case .wait: "wait"
        }
    }

    @Test("starts a process for each slot as they are needed, and gives to one that is free first")
    func slots() throws {
        try withPool(processes: 2) { pool in
            #expect(["0", "1"].contains(choice(pool, slots: 3)))
            pool.processes[0]?.give(waiting(1).line, .none, as: RunID(1))
            #expect(choice(pool, slots: 3) == "1")
            pool.processes[1]?.give(waiting(2).line, .none, as: RunID(2))
            #expect(choice(pool, slots: 3) == "start")
        }
        try withPool(processes: 0) { pool in #expect(choice(pool, slots: 1) == "start") }
    }

    @Test("gives to the one with the fewest tasks when all slots are taken")
    func least() throws {
        try withPool(processes: 2) { pool in
            for run in 0..<3 { pool.processes[0]?.give([], .none, as: RunID(UInt64(run))) }
            for run in 3..<5 { pool.processes[1]?.give([], .none, as: RunID(UInt64(run))) }
            #expect(choice(pool, slots: 2) == "1")
        }
    }

    @Test("waits longer each time before it starts one again that dies without an answer")
    func backoff() throws {
        try withPool(processes: 1) { pool in
            let process = try #require(pool.processes[0])
            var now = start
            for pause in [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000] {
                pool.add(process, number: 0)
                pool.remove(number: 0, now)
                guard case .wait = pool.choose(for: waiting(1), slots: 1, hasFreeSlot: true, now)
                else {
                    Issue.record("it does not wait \(pause) ms")
                    return
                }
                let next = try #require(pool.nextDeadline)
                #expect(next - now == .milliseconds(pause))
                #expect(pool.takeWaiting(next - .milliseconds(1)).isEmpty)
                #expect(pool.takeWaiting(next).map(\.run) == [RunID(1)])
                #expect(pool.nextDeadline == nil)
                now = next
            }
            guard case .start = pool.choose(for: waiting(1), slots: 1, hasFreeSlot: true, now)
            else {
                Issue.record("it does not start again")
                return
            }
        }
    }

    @Test("starts the second again after its pause, while the first goes on answering")
    func second() throws {
        try withPool(processes: 2) { pool in
            pool.processes[0]?.give([], .none, as: RunID(1))
            pool.remove(number: 1, start)
            guard case .give = pool.choose(for: waiting(2), slots: 2, hasFreeSlot: true, start)
            else {
                Issue.record("it is not given to the first")
                return
            }
            // No task waited, so that nobody took any out when the time came.
            let later = start + .milliseconds(101)
            guard case .start = pool.choose(for: waiting(3), slots: 2, hasFreeSlot: true, later)
            else {
                Issue.record("it is not started again")
                return
            }
        }
    }

    @Test("gives up the tasks that wait when it is told to")
    func drop() throws {
        try withPool(processes: 1) { pool in
            pool.remove(number: 0, start)
            for task in 1...3 { _ = choice(pool, UInt64(task), slots: 1) }
            #expect(pool.dropWaiting() == [RunID(1), RunID(2), RunID(3)])
            #expect(pool.waiting.isEmpty && pool.nextDeadline == nil)
        }
    }
}
