internal import Glibc
package import TaskQueue

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
    enum StartError: Error, CustomStringConvertible {
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
    func spawn(
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

    func spawn(
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

    func fail(_ run: RunID, _ command: CommandSpec, _ error: StartError) {
        switch error {
        case .spawn(let error) where error.isShortage:
            events.append(.shortage("\(error)"))
            end(run, .interrupted)
        case .spawn(let error) where error.isOfArguments:
            end(run, .failure(TaskFailure.command("\(error)"), traceback: nil))
        case .spawn(let error): end(run, .unable(command.problem ?? "\(error)"))
        case .arguments(let error):
            end(run, .failure(TaskFailure.command("\(error)"), traceback: nil))
        }
    }

    /// Ends a run that was not begun.
    func end(_ run: RunID, _ outcome: TaskOutcome) {
        events.append(.ended(run, outcome, after: .zero))
    }

    /// - Returns: the number under which it is watched.
    func watch(_ process: any RunningProcess, _ command: CommandSpec) -> UInt64 {
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

    func watch(
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
    func endUnwatched() {
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
