internal import Glibc
package import TaskQueue

/// Runs a command for each task, or gives tasks to stream commands: all of them in one poll, without a thread
/// for any.
package final class CommandRunner: TaskRunner {
    /// How long a stream command that is no longer needed has to end.
    static let streamGrace: Duration = .seconds(5)

    var commands: CommandTable
    /// The worker's environment and whatever else is the same for all tasks.
    var environment: ProcessEnvironment
    let poll: EventPoll
    let buffer = IOBuffer.allocate(byteCount: 64 << 10, alignment: 16)
    let guardian: ProcessGuard?
    var processes: [UInt64: Watched] = [:]
    var nextNumber: UInt64 = 0
    var deadlines = DeadlineQueue<UInt64>()
    var memory = MemoryWatch()
    /// `nil`: there are no orphans to wait for.
    var reaper: OrphanReaper?
    var pools: [StreamPool] = []
    /// Stream commands with tasks that are not written yet.
    var unsent: [UInt64] = []
    /// Processes with a descriptor that cannot be watched.
    var unwatched: Set<UInt64> = []
    var events: [RunEvent] = []
    private var killAt: Instant?
    /// Processes that run one task each.
    var commandCount = 0
    package var slots = 1 {
        didSet { retireSurplus() }
    }

    struct Watched {
        let process: any RunningProcess
        /// The pool it belongs to, if it is a stream command.
        var pool: StreamPool?
        /// Its nearest entry among the deadlines.
        var scheduled: Instant?
    }

    /// - Parameters:
    ///   - commands: says what to run for which task.
    ///   - variables: say where the broker is; they are added to the environment of commands that should
    ///     know it.
    ///   - guardian: ends the commands if this process is killed; `nil`: nobody does.
    ///   - reapsOrphans: whether to wait for orphans that become children of this process: then nothing else
    ///     in it may start processes.
    /// - Throws: ``ResourceShortage``.
    package init(
        _ commands: CommandTable,
        variables: [String: String],
        guardian: ProcessGuard?,
        reapsOrphans: Bool = false
    ) throws(ResourceShortage) {
        poll = try EventPoll()
        self.commands = commands
        self.guardian = guardian
        environment = ProcessEnvironment(broker: variables)
        reaper = reapsOrphans ? OrphanReaper() : nil
        watchGuard()
    }

    deinit {
        buffer.deallocate()
    }

    package var descriptor: Int32 { poll.descriptor }

    package var nextDeadline: Instant? {
        if !events.isEmpty || !unwatched.isEmpty { return .now }
        let pool = pools.isEmpty ? nil : pools.compactMap(\.nextDeadline).min()
        return [killAt, deadlines.first, memory.nextLook, reaper?.nextLook, pool]
            .compactMap(\.self).min()
    }

    package func canRun(_ task: TaskName) -> Bool { commands.command(for: task) != nil }

    package func readiness(for task: TaskName, isDoubted: Bool) -> Readiness {
        guard let command = commands.command(for: task) else {
            switch commands.absence(of: task) {
            case .trouble(let reason): return .unable(reason)
            case .none(let hint): return .unknown(hint: hint)
            }
        }
        let problem = isDoubted ? command.problem : command.knownRefusal
        return problem.map(Readiness.unable) ?? .ready
    }

    package func takesAhead(_ task: TaskName) -> Bool {
        guard let command = commands.command(for: task), command.traits.isStream else {
            return false
        }
        return pools.contains { $0.command == command && $0.busyCount > 0 }
    }

    /// Runs other commands from now on; running tasks are not disturbed.
    ///
    /// Stream commands are restarted: what they read at their start may have changed, too.
    package func reload(_ commands: CommandTable) {
        self.commands = commands
        environment.forget()
        retirePools()
    }

    /// Ends the processes of stream commands that no longer have a slot.
    func retireSurplus() {
        for pool in pools {
            for (number, process) in pool.takeSurplus(slots: slots) {
                process.retire(grace: Self.streamGrace)
                schedule(number)
            }
        }
    }

    private func retirePools() {
        for pool in pools {
            for run in pool.dropWaiting() { end(run, .interrupted) }
            for (number, process) in pool.processes {
                process.retire(grace: Self.streamGrace)
                schedule(number)
            }
        }
        pools = []
    }
}

// MARK: - Carrying on

extension CommandRunner {
    package func advance() -> [RunEvent] {
        for number in poll.ready() {
            if number == Self.guardNumber { replaceGuard() }
            let source = ProcessSource(rawValue: number & (1 << ProcessSource.bits - 1))
            if let source { handle(source, of: number >> ProcessSource.bits) }
        }
        lookAtClock()
        if !unwatched.isEmpty { endUnwatched() }
        defer { events = [] }
        return events
    }

    private func handle(_ source: ProcessSource, of number: UInt64) {
        guard let process = processes[number]?.process else { return }
        if source == .exit { return end(process, number) }
        process.advance(source, buffer, &events)
        if let stream = process as? StreamProcess {
            awaitRoom(stream, number)
            dropIfFaulty(stream, number)
        }
        schedule(number)
    }

    func end(_ process: any RunningProcess, _ number: UInt64) {
        let pool = processes.removeValue(forKey: number)?.pool
        process.end(buffer, &events)
        if process is RunningCommand { commandCount -= 1 }
        memory.remove(key: number)
        pool?.remove(number: number, .now)
    }

    private func lookAtClock() {
        guard nextDeadline != nil else { return }
        let now = Instant.now
        if let killAt, now >= killAt {
            self.killAt = nil
            for watched in processes.values { watched.process.child.signal(SIGKILL) }
        }
        while let number = deadlines.popDue(now) {
            guard let process = processes[number]?.process else { continue }
            processes[number]?.scheduled = nil
            process.lookAtClock(now)
            schedule(number)
        }
        for excess in memory.exceeded(now) {
            processes[excess.key]?.process.exceedMemory(limit: excess.limit, peak: excess.peak)
        }
        for pool in pools {
            for task in pool.takeWaiting(now) { give(task, to: pool) }
        }
        reaper?.reap(now) { child in
            child == guardian?.process || processes.values.contains { $0.process.child.id == child }
        }
        flush()
    }

    /// Makes sure that the process's next deadline is among the deadlines.
    func schedule(_ number: UInt64) {
        guard let watched = processes[number], let next = watched.process.nextDeadline else {
            return
        }
        if let scheduled = watched.scheduled, scheduled <= next { return }
        processes[number]?.scheduled = next
        deadlines.insert(number, at: next)
        // These are of processes that have ended meanwhile.
        if deadlines.count > 2 * processes.count + 64 {
            deadlines.keep { processes[$0] != nil }
        }
    }
}

// MARK: - The guard

extension CommandRunner {
    /// Of no process: process numbers begin with 1.
    private static let guardNumber: UInt64 = 0

    private func watchGuard() {
        guard let guardian, guardian.exit >= 0 else { return }
        poll.add(guardian.exit, .readable, number: Self.guardNumber)
    }

    private func replaceGuard() {
        guard let guardian else { return }
        events.append(.guardLost(isReplaced: guardian.replace()))
        watchGuard()
    }
}

// MARK: - Ending

extension CommandRunner {
    package func interrupt(grace: Duration) {
        for watched in processes.values {
            watched.process.interrupt()
            watched.process.child.signal(SIGTERM)
        }
        for pool in pools {
            for run in pool.dropWaiting() { end(run, .interrupted) }
        }
        killAt = processes.isEmpty ? nil : .now + grace
    }

    package func shutDown() {
        retirePools()
        let end = Instant.now + Self.streamGrace
        while !processes.isEmpty, .now < end {
            var entry = pollfd(fd: poll.descriptor, events: Int16(POLLIN), revents: 0)
            Glibc.poll(&entry, 1, PollTimeout.milliseconds(until: min(end, nextDeadline ?? end)))
            _ = advance()
        }
        for (number, watched) in processes {
            watched.process.child.signal(SIGKILL)
            self.end(watched.process, number)
        }
    }
}
