import Synchronization
import TaskCommands
import TaskQueue

extension Spawned {
    /// Waits until the program has ended.
    ///
    /// What it started may go on, and print on.
    ///
    /// - Throws: ``ProcessError/timedOut(_:limit:)``, having killed it.
    @discardableResult
    package func waitForExit(timeout: Duration = .seconds(60)) async throws -> ExitStatus {
        let deadline = Instant.now + timeout
        while Instant.now < deadline {
            if let status {
                return status
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        await end()
        throw ProcessError.timedOut(outcome, limit: timeout)
    }

    /// Waits until the program has printed `text`, on standard output or standard error.
    ///
    /// - Throws: ``ProcessError/endedBefore(text:_:)`` if it ends without;
    ///   ``ProcessError/timedOut(_:limit:)``, having killed it.
    package func waitUntilPrinted(_ text: String, timeout: Duration = .seconds(60)) async throws {
        let deadline = Instant.now + timeout
        while Instant.now < deadline {
            let hasEnded = state.withLock(\.isFinished)
            if outputSoFar.contains(text) || errorsSoFar.contains(text) {
                return
            }
            guard !hasEnded else { throw ProcessError.endedBefore(text: text, outcome) }
            try await Task.sleep(for: .milliseconds(5))
        }
        await end()
        throw ProcessError.timedOut(outcome, limit: timeout)
    }

    /// Waits until it has ended and closed its output, and returns what it left behind.
    ///
    /// When the surrounding test is cancelled, it is killed.
    func finalOutcome() async throws -> Outcome {
        await withTaskCancellationHandler {
            await finished()
        } onCancel: {
            killAll()
        }
        killAll()
        if let timeout, state.withLock(\.isTimedOut) {
            throw ProcessError.timedOut(outcome, limit: timeout)
        }
        return outcome
    }

    /// Lends it to `body`, and then kills it with all it started.
    func use<Value>(_ body: (Spawned) async throws -> Value) async throws -> Value {
        do {
            let value = try await body(self)
            await end()
            return value
        } catch {
            await end()
            throw error
        }
    }

    /// Kills it with all it started, and waits until nothing of it is left.
    func end() async {
        killAll()
        await finished()
    }

    /// Kills it with all it started.
    func killAll() {
        state.withLock { state in
            state.isKilled = true
            killSession(of: processID)
        }
    }

    private func finished() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished {
                    state.waiting.append(continuation)
                }
                return state.isFinished
            }
            if isFinished {
                continuation.resume()
            }
        }
    }
}
