internal import TaskQueue

/// The processes of one stream command, at most one for each slot, and the tasks that wait for one to be
/// started.
///
/// It decides; ``CommandRunner`` starts and ends processes.
final class StreamPool {
    /// A task that waits for a process.
    struct Waiting {
        let line: [UInt8]
        let limits: TimeLimits
        let run: RunID
    }

    private static let firstPause: Duration = .milliseconds(100)
    private static let longestPause: Duration = .seconds(10)

    let command: CommandSpec
    private(set) var processes: [UInt64: StreamProcess] = [:]
    private(set) var waiting: [Waiting] = []
    /// Processes that ended in succession without having answered anything.
    private var failures = 0
    private var startsAgainAt: Instant?

    init(_ command: CommandSpec) {
        self.command = command
    }

    /// What to do with a task.
    enum Choice {
        case give(number: UInt64, StreamProcess)
        case start
        /// It has been put in line: processes die as soon as they are started, and the next one must wait.
        case wait
    }

    /// How many of its processes have tasks.
    var busyCount: Int { processes.values.count { $0.load > 0 } }

    /// Takes out processes without a task, as far as there are more than slots; they are to end.
    func takeSurplus(slots: Int) -> [(UInt64, StreamProcess)] {
        let idle = processes.filter { $0.value.load == 0 }
        let surplus = Array(idle.prefix(max(processes.count - slots, 0)))
        for (number, _) in surplus { processes[number] = nil }
        return surplus.map { ($0.key, $0.value) }
    }

    /// Chooses a process for a task: a free one, else a new one, else the one with the fewest tasks.
    ///
    /// - Parameters:
    ///   - task: is put in line if no process can be started now.
    ///   - slots: how many processes there may be.
    ///   - hasFreeSlot: whether one more may work; otherwise the task goes behind another of the same command.
    ///   - now: the time.
    /// - Returns: what to do with the task.
    func choose(for task: Waiting, slots: Int, hasFreeSlot: Bool, _ now: Instant)
        -> Choice
    {
        if !hasFreeSlot {
            let busy = processes.filter { $0.value.load > 0 }
            if let next = busy.min(by: { $0.value.load < $1.value.load }) {
                return .give(number: next.key, next.value)
            }
        }
        let best = processes.min { $0.value.load < $1.value.load }
        if let best, best.value.load == 0 { return .give(number: best.key, best.value) }
        if processes.count < slots, startsAgainAt.map({ $0 <= now }) ?? true { return .start }
        if let best { return .give(number: best.key, best.value) }
        waiting.append(task)
        return .wait
    }

    /// When waiting tasks are to be given out; `nil`: none wait.
    var nextDeadline: Instant? { waiting.isEmpty ? nil : startsAgainAt ?? .now }

    /// The waiting tasks, if it is time to start a process again.
    func takeWaiting(_ now: Instant) -> [Waiting] {
        guard let startsAgainAt, startsAgainAt <= now else { return [] }
        self.startsAgainAt = nil
        defer { waiting = [] }
        return waiting
    }

    /// The runs of all waiting tasks, which then no longer wait.
    func dropWaiting() -> [RunID] {
        defer { waiting = [] }
        return waiting.map(\.run)
    }

    func add(_ process: StreamProcess, number: UInt64) {
        processes[number] = process
    }

    /// Notes that a process has ended.
    func remove(number: UInt64, _ now: Instant) {
        guard let process = processes.removeValue(forKey: number) else { return }
        guard process.answerCount == 0 else {
            failures = 0
            return
        }
        startsAgainAt = now + min(Self.firstPause * (1 << min(failures, 10)), Self.longestPause)
        failures += 1
    }
}
