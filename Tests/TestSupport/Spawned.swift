import Glibc
import Synchronization
import TaskCommands
package import TaskQueue

/// A running program, with a thread of its own that feeds it and collects what it prints.
///
/// Made by ``withProcess(_:_:input:keepsInputOpen:environment:directory:_:)``. It runs in a session
/// of its own, by which everything it starts is found again and killed, even commands in process
/// groups of their own.
package final class Spawned: Sendable {
    struct State {
        /// What it has not read yet, and whether standard input ends there.
        var input: ArraySlice<UInt8>
        var inputEnds: Bool
        var output: [UInt8] = []
        var errors: [UInt8] = []
        /// `nil` while it runs.
        var status: ExitStatus?
        var duration = Duration.zero
        var processorTime = Duration.zero
        /// Set when the test is done with it: what is still running has been killed.
        var isKilled = false
        var isTimedOut = false
        /// Set when the thread has done its work, and those who wait for that.
        var isFinished = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    package let processID: Int32
    let program: String
    package let startedAt = Instant.now
    let timeout: Duration?
    let state: Mutex<State>

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - invocation: which, with what, and where.
    ///   - timeout: when to kill it with all it started; never without one.
    /// - Throws: ``ProcessError`` when it is not there or cannot be executed.
    init(_ invocation: Invocation, timeout: Duration? = nil) throws(ProcessError) {
        var pipes = try Pipes(for: invocation.program)
        processID = try spawn(invocation, &pipes)
        program = invocation.program
        self.timeout = timeout
        state = Mutex(
            State(input: invocation.input[...], inputEnds: !invocation.keepsInputOpen)
        )
        detachThread { [pipes] in
            var pump = Pump(self, pipes)
            pump.run()
        }
    }

    /// What it has printed on standard output up to now.
    package var outputSoFar: String { String(decoding: state.withLock(\.output), as: UTF8.self) }

    /// What it has printed on standard error up to now.
    package var errorsSoFar: String { String(decoding: state.withLock(\.errors), as: UTF8.self) }

    /// How it ended, or `nil` while it runs.
    package var status: ExitStatus? { state.withLock(\.status) }

    /// What it has left behind; while it runs, ``Outcome/status`` says it was killed.
    package var outcome: Outcome {
        state.withLock { state in
            Outcome(
                program: program,
                status: state.status ?? .signalled(SIGKILL),
                outputBytes: state.output,
                errorBytes: state.errors,
                duration: state.duration,
                processorTime: state.processorTime
            )
        }
    }

    /// The most memory that it has had in use at once, in bytes; zero once it has ended.
    package var peakMemory: Int {
        guard let file = try? readFile("/proc/\(processID)/status") else { return 0 }
        let lines = String(decoding: file, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return 0 }
        return 1_024 * (Int(line.filter(\.isNumber)) ?? 0)
    }

    /// Sends a signal to the program alone; nothing happens if it has ended.
    package func signal(_ signal: Int32) {
        state.withLock { state in
            guard state.status == nil else { return }
            _ = kill(processID, signal)
        }
    }

    /// Writes to its standard input, without waiting for it to be read.
    package func write(_ text: String) {
        state.withLock { $0.input += Array(text.utf8) }
    }

    /// Ends its standard input after what has been written.
    package func closeInput() {
        state.withLock { $0.inputEnds = true }
    }
}
