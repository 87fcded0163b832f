internal import Glibc

/// Runs a command for each task: all of them in one poll, no thread for any.
package final class CommandRunner: TaskRunner {
    /// Largest result of a command.
    private static let resultLimit = 16 << 20

    private let commands: CommandTable
    /// The worker's environment and what is the same for all tasks.
    private let environment: [String]
    private let poll = EventPoll()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private var running: [UInt64: RunningCommand] = [:]
    private var ended: [(run: RunID, outcome: TaskOutcome)] = []
    private var killAt: ContinuousClock.Instant?

    /// - Parameters:
    ///   - commands: says what to run for which task.
    ///   - variables: are added to the environment of every command, or replace what is there.
    package init(_ commands: CommandTable, variables: [String: String]) {
        self.commands = commands
        environment = ProcessEnvironment.inherited(replacing: variables)
    }

    deinit {
        buffer.deallocate()
    }

    package var descriptor: Int32 { poll.descriptor }

    package var nextDeadline: ContinuousClock.Instant? { ended.isEmpty ? killAt : .now }

    package func canRun(_ task: TaskName) -> Bool { commands.command(for: task) != nil }

    package func start(_ task: TaskMessage, queue: QueueName, as run: RunID) {
        guard let command = commands.command(for: task.task) else {
            // Its file was there a moment ago, when the worker asked.
            return refuse(run, "the command of the task \(task.task) has been removed")
        }
        if let refusal = command.refusal { return refuse(run, refusal) }
        do {
            let child = try ChildProcess(
                try CommandLineBuilder.arguments(of: task, for: command.form),
                environment: ProcessEnvironment.adding(
                    TaskInput.environment(task, queue: queue)
                        + command.environment.map { "\($0.key)=\($0.value)" },
                    to: environment
                ),
                workingDirectory: command.workingDirectory
            )
            watch(
                RunningCommand(
                    child,
                    input: TaskInput.json(task, queue: queue),
                    resultLimit: Self.resultLimit
                ),
                as: run
            )
        } catch let error as SpawnError where error.isShortage {
            ended.append((run, .interrupted))
        } catch {
            ended.append((run, .failure(ExitRule.failure("\(error)"), traceback: nil)))
        }
    }

    /// Ends a run that was not started, so that it can be sent again when that is mended.
    private func refuse(_ run: RunID, _ reason: String) {
        ended.append((run, .fatal(ExitRule.failure(reason), traceback: nil)))
    }

    package func advance() -> [(run: RunID, outcome: TaskOutcome)] {
        for number in poll.ready() {
            guard let source = RunningCommand.Source(rawValue: number & 3) else { continue }
            handle(source, of: number >> 2)
        }
        if let killAt, ContinuousClock.now >= killAt {
            self.killAt = nil
            for command in running.values { command.child.signal(SIGKILL) }
        }
        defer { ended = [] }
        return ended
    }

    package func interrupt(grace: Duration) {
        for command in running.values {
            command.isInterrupted = true
            command.child.signal(SIGTERM)
        }
        killAt = running.isEmpty ? nil : .now + grace
    }

    private func watch(_ command: RunningCommand, as run: RunID) {
        running[run.number] = command
        let number = run.number << 2
        poll.add(
            command.child.exit,
            .readable,
            number: number | RunningCommand.Source.exit.rawValue
        )
        poll.add(
            command.child.output,
            .readable,
            number: number | RunningCommand.Source.output.rawValue
        )
        poll.add(
            command.child.errors,
            .readable,
            number: number | RunningCommand.Source.errors.rawValue
        )
        // Most commands' input fits into the pipe, and needs no further look.
        if !command.writeInput() {
            poll.add(
                command.child.input,
                .writable,
                number: number | RunningCommand.Source.input.rawValue
            )
        }
    }

    private func handle(_ source: RunningCommand.Source, of number: UInt64) {
        guard let command = running[number] else { return }
        switch source {
        case .input: _ = command.writeInput()
        case .output, .errors: _ = command.readOutput(source, buffer: buffer)
        case .exit:
            let status = command.finish(buffer: buffer)
            running[number] = nil
            let outcome =
                command.isInterrupted
                ? TaskOutcome.interrupted
                : ExitRule.outcome(of: status, output: command.output, limit: Self.resultLimit)
            ended.append((RunID(number), outcome))
        }
    }
}
