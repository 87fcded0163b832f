internal import Glibc

/// Runs a command for each task, or gives tasks to stream commands: all of them in one poll, without a thread
/// for any.
package final class CommandRunner: TaskRunner {
    /// How long a stream command that is no longer needed has to end.
    static let streamGrace: Duration = .seconds(5)

    private var commands: CommandTable
    /// The worker's environment and whatever else is the same for all tasks.
    private var environment: ProcessEnvironment
    private let poll: EventPoll
    private let buffer = IOBuffer.allocate(byteCount: 64 << 10, alignment: 16)
    private let guardian: ProcessGuard?
    private var processes: [UInt64: Watched] = [:]
    private var nextNumber: UInt64 = 0
    private var deadlines = DeadlineQueue<UInt64>()
    private var memory = MemoryWatch()
    /// `nil`: there are no orphans to wait for.
    private var reaper: OrphanReaper?
    private var pools: [StreamPool] = []
    /// Stream commands with tasks that are not written yet.
    private var unsent: [UInt64] = []
    /// Processes with a descriptor that cannot be watched.
    private var unwatched: Set<UInt64> = []
    private var events: [RunEvent] = []
    private var killAt: Instant?
    /// Processes that run one task each.
    private var commandCount = 0
    package var slots = 1 {
        didSet { retireSurplus() }
    }

    private struct Watched {
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
    private func retireSurplus() {
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

// MARK: - Starting

extension CommandRunner {
    package func start(_ assignment: TaskAssignment) {
        let (task, run) = (assignment.task, assignment.run)
        guard let command = commands.command(for: task.task) else {
            // Its file was there a moment ago, when the worker asked.
            return end(run, .unable("the command of the task \(task.task) has been removed"))
        }
        let line = TaskInput.json(task, queue: assignment.queue)
        guard !command.traits.isStream else {
            let waiting = StreamPool.Waiting(line: line, limits: assignment.limits, run: run)
            return give(waiting, to: pool(command))
        }
        if let refusal = command.refusal { return end(run, .unable(refusal)) }
        do throws(StartError) {
            let child = try spawn(command, for: assignment, line)
            let running = RunningCommand(child, command, assignment.limits, as: run)
            let isWritten = child.input < 0 || running.write(line)
            let number = watch(running, command)
            commandCount += 1
            if !isWritten { watch(child.input, .input, .writable, of: number) }
        } catch {
            fail(run, command, error)
        }
    }

    /// Why a command was not started.
    private enum StartError: Error, CustomStringConvertible {
        case arguments(CommandLineError)
        case spawn(SpawnError)

        var description: String {
            switch self {
            case .arguments(let error): "\(error)"
            case .spawn(let error): "\(error)"
            }
        }
    }

    /// Starts the command of an assignment, or a stream command, which has none.
    private func spawn(
        _ command: CommandSpec,
        for assignment: TaskAssignment?,
        _ input: [UInt8]?
    ) throws(StartError) -> ChildProcess {
        let arguments: [String]
        do throws(CommandLineError) {
            arguments = try CommandLineBuilder.arguments(of: assignment?.task, for: command.form)
        } catch {
            return try spawnWithoutArguments(command, for: assignment, input, .arguments(error))
        }
        do throws(SpawnError) {
            return try spawn(arguments, command, for: assignment, input)
        } catch  where error.code == E2BIG {
            return try spawnWithoutArguments(command, for: assignment, input, .spawn(error))
        } catch { throw .spawn(error) }
    }

    private func spawn(
        _ arguments: [String],
        _ command: CommandSpec,
        for assignment: TaskAssignment?,
        _ input: [UInt8]?
    ) throws(SpawnError) -> ChildProcess {
        try ChildProcess(
            arguments,
            environment: assignment.map(TaskInput.environment) ?? [],
            shared: environment.shared(by: command.traits),
            input: input,
            options: command.traits.process,
            guardian: guardian
        )
    }

    /// Starts a command that finds its task only on standard input, if it can; `reason` says why the task's
    /// arguments cannot stand on the command line.
    private func spawnWithoutArguments(
        _ command: CommandSpec,
        for assignment: TaskAssignment?,
        _ input: [UInt8]?,
        _ reason: StartError
    ) throws(StartError) -> ChildProcess {
        guard let assignment,
            let words = CommandLineBuilder.argumentsOnStandardInput(
                of: assignment.task,
                for: command.form
            )
        else { throw reason }
        do throws(SpawnError) {
            let child = try spawn(words, command, for: assignment, input)
            events.append(.remark(assignment.run, .leftOut("no arguments are passed: \(reason)")))
            return child
        } catch { throw .spawn(error) }
    }

    private func fail(_ run: RunID, _ command: CommandSpec, _ error: StartError) {
        switch error {
        case .spawn(let error) where error.isShortage:
            events.append(.shortage("\(error)"))
            end(run, .interrupted)
        case .spawn(let error) where error.isOfArguments:
            end(run, .failure(ExitRule.failure("\(error)"), traceback: nil))
        case .spawn(let error): end(run, .unable(command.problem ?? "\(error)"))
        case .arguments(let error):
            end(run, .failure(ExitRule.failure("\(error)"), traceback: nil))
        }
    }

    /// Ends a run that was not begun.
    private func end(_ run: RunID, _ outcome: TaskOutcome) {
        events.append(.ended(run, outcome, after: .zero))
    }

    /// - Returns: the number under which it is watched.
    private func watch(_ process: any RunningProcess, _ command: CommandSpec) -> UInt64 {
        nextNumber += 1
        let number = nextNumber
        processes[number] = Watched(process: process)
        watch(process.child.exit, .exit, .readable, of: number)
        watch(process.child.output, .output, .readable, of: number)
        watch(process.child.errors, .errors, .readable, of: number)
        watch(process.child.progress, .progress, .readable, of: number)
        if let limit = command.traits.process.maxRSS {
            memory.add(process.child.id, limit: limit, key: number)
        }
        schedule(number)
        return number
    }

    private func watch(
        _ descriptor: Int32,
        _ source: ProcessSource,
        _ condition: EventPoll.Events,
        of number: UInt64
    ) {
        let isWatched = poll.add(
            descriptor,
            condition,
            number: number << ProcessSource.bits | source.rawValue
        )
        if !isWatched { unwatched.insert(number) }
    }

    /// Ends the processes whose end nobody would notice, for lack of memory: their tasks go back.
    private func endUnwatched() {
        for number in unwatched {
            guard let process = processes[number]?.process else { continue }
            process.interrupt()
            process.child.signal(SIGKILL)
            end(process, number)
            events.append(.shortage("the kernel watches no more descriptors for this user"))
        }
        unwatched = []
    }
}

// MARK: - Stream commands

extension CommandRunner {
    private func pool(_ command: CommandSpec) -> StreamPool {
        if let pool = pools.first(where: { $0.command == command }) { return pool }
        let pool = StreamPool(command)
        pools.append(pool)
        return pool
    }

    private func give(_ task: StreamPool.Waiting, to pool: StreamPool) {
        let busy = commandCount + pools.reduce(0) { $0 + $1.busyCount }
        switch pool.choose(for: task, slots: slots, hasFreeSlot: busy < slots, .now) {
        case .wait: break
        case .give(let number, let process): give(task, to: process, number)
        case .start:
            if let refusal = pool.command.refusal { return end(task.run, .unable(refusal)) }
            do throws(StartError) {
                let process = StreamProcess(try spawn(pool.command, for: nil, nil), pool.command)
                let number = watch(process, pool.command)
                processes[number]?.pool = pool
                pool.add(process, number: number)
                give(task, to: process, number)
            } catch {
                fail(task.run, pool.command, error)
            }
        }
    }

    /// Watches its input while there is something left to write.
    private func awaitRoom(_ process: StreamProcess, _ number: UInt64) {
        guard process.awaitsRoom != process.isInputWatched else { return }
        process.isInputWatched = process.awaitsRoom
        if process.awaitsRoom {
            watch(process.child.input, .input, .writable, of: number)
        } else {
            poll.remove(process.child.input)
        }
    }

    private func give(_ task: StreamPool.Waiting, to process: StreamProcess, _ number: UInt64) {
        if !process.hasUnsent { unsent.append(number) }
        process.give(task.line, task.limits, as: task.run)
        schedule(number)
    }

    package func flush() {
        guard !unsent.isEmpty else { return }
        for number in unsent {
            guard let process = processes[number]?.process as? StreamProcess else { continue }
            process.send()
            awaitRoom(process, number)
            dropIfFaulty(process, number)
            schedule(number)
        }
        unsent = []
    }

    /// Gives a stream command no more tasks if it cannot answer them; another is started in its place.
    private func dropIfFaulty(_ process: StreamProcess, _ number: UInt64) {
        guard process.fault != nil, let pool = processes[number]?.pool else { return }
        processes[number]?.pool = nil
        pool.remove(number: number, .now)
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

    private func end(_ process: any RunningProcess, _ number: UInt64) {
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
    private func schedule(_ number: UInt64) {
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
