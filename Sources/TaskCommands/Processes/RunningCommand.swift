internal import Glibc
internal import TaskQueue

/// The command of one task while it runs.
final class RunningCommand: RunningProcess {
    let child: ChildProcess
    private let run: RunID
    private let command: CommandSpec
    private var rule: ExitRule { command.traits.exitRule }
    var limits: ProcessLimits
    private var input: PipeWriter
    private var stdout: PipeReader
    private var stderr: PipeReader
    private var reports: PipeReader
    private var output: CommandOutput
    private var progress: ProgressReader
    private let startedAt = Instant.now
    /// How long it has to end by itself once nothing can come of it any more.
    private static let grace: Duration = .seconds(5)

    init(_ child: ChildProcess, _ command: CommandSpec, _ times: TimeLimits, as run: RunID) {
        self.child = child
        self.run = run
        self.command = command
        limits = ProcessLimits(RunClock(times, start: .now))
        input = PipeWriter(child.input)
        stdout = PipeReader(child.output)
        stderr = PipeReader(child.errors)
        reports = PipeReader(child.progress)
        output = CommandOutput(limit: command.traits.resultLimit)
        progress = ProgressReader(limit: command.traits.resultLimit)
    }

    /// Gives the command its input.
    ///
    /// - Returns: whether all is written, or the command does not read.
    func write(_ bytes: [UInt8]) -> Bool {
        input.append(bytes)
        return writeInput()
    }

    private func writeInput() -> Bool {
        input.write()
        if input.isDone { input.close() }
        return !input.isOpen
    }

    func advance(_ source: ProcessSource, _ buffer: IOBuffer, _ events: inout [RunEvent]) {
        switch source {
        case .input: _ = writeInput()
        case .output:
            stdout.read(buffer) { output.append(result: $0) }
            if output.isTooLong { giveUp(.tooLong(limit: output.limit)) }
        case .errors: stderr.read(buffer) { output.append(errors: $0) }
        case .progress:
            reports.read(buffer) { progress.append($0) }
            if let value = progress.take() { events.append(.progress(run, value)) }
            if progress.losesAnswer { giveUp(.answerTooLong(limit: output.limit)) }
        case .exit: break
        }
    }

    func end(_ buffer: IOBuffer, _ events: inout [RunEvent]) {
        // Its group is ended first, so that nobody writes any more.
        let (status, usage) = child.reap()
        stdout.drain(buffer) { output.append(result: $0) }
        stderr.drain(buffer) { output.append(errors: $0) }
        reports.drain(buffer) { progress.append($0) }
        progress.finish()
        input.close()
        if let complaint = progress.takeComplaint() {
            events.append(.remark(run, .leftOut(complaint)))
        }
        let outcome = limits.isInterrupted ? .interrupted : outcome(status, usage)
        if !outcome.isFailure, let remark = output.remark { events.append(.remark(run, remark)) }
        events.append(.ended(run, outcome, after: .now - startedAt))
    }

    /// Ends it: its result is lost.
    private func giveUp(_ loss: ResultLoss) {
        guard limits.clock.breach == nil, !limits.isInterrupted else { return }
        limits.clock.giveUp(loss, grace: Self.grace, at: .now)
        child.signal(SIGTERM)
    }

    /// An answer on descriptor 3 goes before the exit status, unless the command broke a limit, or failed after
    /// answering that it had not.
    private func outcome(_ status: ExitStatus, _ usage: ResourceUsage) -> TaskOutcome {
        let breach = limits.clock.breach?.adding(usage)
        if breach == nil, let answer = progress.answer, answer.isFailure || status == .exited(0) {
            return answer.adding(traceback: output.traceback)
        }
        // The program that runs it, such as env(1), did not find its interpreter.
        if breach == nil, status.isNotRun, let problem = command.problem {
            return .unable(problem)
        }
        return rule.outcome(of: status, output: output, breach: breach)
    }
}
