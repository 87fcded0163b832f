internal import Glibc
internal import TaskQueue

/// A stream command: one process that gets many tasks, a line each, and answers each with a line.
///
/// It may get tasks ahead; it works on the first, and the others wait in its pipe.
final class StreamProcess: RunningProcess {
    /// How long a process that can no longer answer has to end.
    private static let faultGrace: Duration = .milliseconds(500)

    let child: ChildProcess
    private let command: CommandSpec
    /// Its unanswered tasks, the one it works on first.
    private var runs: [(run: RunID, limits: TimeLimits)] = []
    var limits = ProcessLimits()
    /// When it was free for the first of them.
    private var begunAt = Instant.now
    /// Whether its clock is that of its ``fault``.
    private var isEnding = false
    /// The limit that it had broken before that; `nil`: none.
    private var earlierBreach: LimitBreach?
    private var input: PipeWriter
    private var stdout: PipeReader
    private var stderr: PipeReader
    private var reports: PipeReader
    private var answers: LineSplitter
    private var output: CommandOutput
    private var progress: ProgressReader
    private(set) var isRetired = false
    /// Why it gets no more tasks, and is made to end; `nil`: it gets them.
    private(set) var fault: StreamFault?
    /// How many tasks it has answered.
    private(set) var answerCount = 0

    init(_ child: ChildProcess, _ command: CommandSpec) {
        self.child = child
        self.command = command
        input = PipeWriter(child.input)
        stdout = PipeReader(child.output)
        stderr = PipeReader(child.errors)
        reports = PipeReader(child.progress)
        answers = LineSplitter(limit: command.traits.resultLimit)
        output = CommandOutput(limit: 0)
        progress = ProgressReader(limit: command.traits.resultLimit)
    }

    /// How many tasks it has.
    var load: Int { runs.count }

    /// Whether its pipe lacks room for something.
    var awaitsRoom: Bool { !hasUnsent && !input.isDone }

    /// Whether its input is watched for room.
    var isInputWatched = false

    /// Whether it got tasks since the last ``send()``.
    private(set) var hasUnsent = false

    /// Writes its tasks, as far as its pipe has room.
    func send() {
        hasUnsent = false
        input.write()
        guard !input.isOpen, !isRetired, fault == nil else { return }
        fault = .closedInput
        // Of several it may have read the first, and answer that.
        if runs.count < 2 { startFaultClock() }
    }

    /// Gives it a task, as one line, for ``send()``.
    func give(_ line: [UInt8], _ limits: TimeLimits, as run: RunID) {
        runs.append((run, limits))
        if runs.count == 1 { startClock() }
        input.append(line)
        hasUnsent = true
    }

    /// Gives it no more tasks: it is to end when it has answered those it has.
    ///
    /// - Parameter grace: how long it has for that after its last task.
    func retire(grace: Duration) {
        isRetired = true
        guard runs.isEmpty else { return }
        isInputWatched = false
        input.close()
        limits.clock = RunClock(TimeLimits(hard: grace, soft: nil), start: .now)
    }

    func advance(_ source: ProcessSource, _ buffer: IOBuffer, _ events: inout [RunEvent]) {
        switch source {
        case .input: send()
        case .output:
            var lines: [LineSplitter.Line] = []
            stdout.read(buffer) { lines += answers.append($0) }
            for line in lines { take(line, &events) }
            if fault == .outOfStep {
                child.signal(SIGKILL)
            } else if !stdout.isOpen {
                fault = fault ?? .closedOutput
                startFaultClock()
            } else if answers.isTooLong, limits.clock.breach == nil, !runs.isEmpty {
                // A line that comes to its end costs its own task alone.
                let loss = ResultLoss.answerTooLong(limit: command.traits.resultLimit)
                limits.clock.giveUp(loss, grace: CommandRunner.streamGrace, at: .now)
            }
        case .errors: stderr.read(buffer) { output.append(errors: $0) }
        case .progress:
            reports.read(buffer) { progress.append($0) }
            guard let run = runs.first?.run else { break }
            if let value = progress.take() { events.append(.progress(run, value)) }
            if let complaint = progress.takeComplaint() {
                events.append(.remark(run, .leftOut(complaint)))
            }
        case .exit: break
        }
    }

    func end(_ buffer: IOBuffer, _ events: inout [RunEvent]) {
        let (status, usage) = child.reap()
        var lines: [LineSplitter.Line] = []
        stdout.drain(buffer) { lines += answers.append($0) }
        stderr.drain(buffer) { output.append(errors: $0) }
        reports.close()
        input.close()
        // The last line of a killed process may be half of its answer.
        if status == .exited(0), let line = answers.finish() { lines.append(line) }
        for line in lines { take(line, &events) }
        guard let first = runs.first else { return }
        let isInnocent = limits.isInterrupted || fault == .outOfStep
        let outcome = isInnocent ? .interrupted : death(status, usage)
        events.append(.ended(first.run, outcome, after: .now - begunAt))
        // The others were not begun.
        for waiting in runs.dropFirst() {
            events.append(.ended(waiting.run, .interrupted, after: .zero))
        }
        runs = []
    }

    private func take(_ line: LineSplitter.Line, _ events: inout [RunEvent]) {
        guard fault != .outOfStep else { return }
        // Nobody has asked for a line while there is no task.
        guard !runs.isEmpty else {
            fault = .outOfStep
            return
        }
        let run = runs.removeFirst().run
        answerCount += 1
        var outcome = outcome(line)
        // An error is what the signal to end was answered with, and says nothing of the task.
        if limits.isInterrupted, outcome.isFailure { outcome = .interrupted }
        if !outcome.isFailure, let remark = output.remark { events.append(.remark(run, remark)) }
        events.append(.ended(run, outcome, after: .now - begunAt))
        output = CommandOutput(limit: 0)
        if fault == nil { startClock() } else { startFaultClock() }
        if isRetired { retire(grace: CommandRunner.streamGrace) }
    }

    private func startClock() {
        begunAt = .now
        limits.clock = runs.first.map { RunClock($0.limits, start: begunAt) } ?? RunClock()
    }

    /// Leaves it a moment to end by itself, which tells more.
    private func startFaultClock() {
        guard !isEnding else { return }
        isEnding = true
        earlierBreach = limits.clock.breach
        limits.clock = RunClock(TimeLimits(hard: Self.faultGrace, soft: nil), start: .now)
    }

    /// What a line means for its task.
    ///
    /// One that is not JSON is no answer, but a greeting or part of a longer one: those that follow may
    /// belong to any task.
    private func outcome(_ line: LineSplitter.Line) -> TaskOutcome {
        guard case .text(let text) = line else {
            let loss = ResultLoss.answerTooLong(limit: command.traits.resultLimit)
            return .failure(loss.failure, traceback: nil)
        }
        guard let value = try? JSONText(text) else {
            if let loss = Self.loss(text) {
                return .failure(loss.failure, traceback: output.traceback)
            }
            fault = .outOfStep
            let start = String(decoding: text.prefix(200), as: UTF8.self)
            return .failure(
                TaskFailure.command("answered with a line that is not JSON: \(start)"),
                traceback: output.traceback
            )
        }
        return CommandReply.outcome(value)?.adding(traceback: output.traceback) ?? .success(value)
    }

    /// What is wrong with a line that would be JSON if its texts were UTF-8; `nil`: it is not one.
    private static func loss(_ line: [UInt8]) -> ResultLoss? {
        let count = UTF8Check.validCount(of: line)
        guard count < line.count else { return nil }
        let mended = Array(String(decoding: line, as: UTF8.self).utf8)
        return (try? JSONText(mended)) == nil ? nil : .answerNotUTF8(byte: count + 1)
    }

    /// The outcome of the task that it worked on when it ended.
    private func death(_ status: ExitStatus, _ usage: ResourceUsage) -> TaskOutcome {
        if answerCount == 0, status.isNotRun, let problem = command.problem {
            return .unable(problem)
        }
        let failure =
            if let fault, earlierBreach == nil, limits.clock.breach != nil {
                TaskFailure.command("the stream command \(fault) before it answered")
            } else if let breach = earlierBreach ?? limits.clock.breach {
                breach.adding(usage).failure(ExitRule.reason(status))
            } else {
                TaskFailure.command(
                    "the stream command ended before it answered: \(ExitRule.reason(status))"
                )
            }
        // It was made to end so: the status says nothing.
        if limits.clock.hasGivenUp { return .failure(failure, traceback: output.traceback) }
        let rule = command.traits.exitRule
        if rule.fatalOn.contains(where: { $0.matches(status) }) {
            return .fatal(failure, traceback: output.traceback)
        }
        if rule.retryOn.contains(where: { $0.matches(status) }) {
            return .retry(delay: nil, failure, traceback: output.traceback)
        }
        return .failure(failure, traceback: output.traceback)
    }
}
