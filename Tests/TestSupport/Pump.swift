import Glibc
import Synchronization
import TaskCommands
import TaskQueue

/// Moves bytes between a test and a program until the program has ended and closed its output.
///
/// It blocks, and so runs on a thread of its own, never in Swift's pool: on two processors, two
/// waiting tests would stop all others.
struct Pump {
    private let process: Spawned
    private var pipes: Pipes
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(_ process: Spawned, _ pipes: Pipes) {
        self.process = process
        self.pipes = pipes
    }

    /// Returns when nothing more can come; leaves no descriptor and no zombie behind.
    mutating func run() {
        while !isDone {
            writeInput()
            wait()
            pipes.output = read(pipes.output, into: \.output)
            pipes.errors = read(pipes.errors, into: \.errors)
            reap()
            killIfLate()
        }
        finish()
    }

    /// Whether the program has ended, and nobody is left who could print for it.
    ///
    /// When it has been killed, whoever has got away from that is not waited for.
    private var isDone: Bool {
        let isSilent = pipes.output == nil && pipes.errors == nil
        return process.state.withLock { $0.status != nil && (isSilent || $0.isKilled) }
    }

    /// Waits until there is something to do, or for a moment: a program that has ended, new input
    /// and the time limit are found by looking.
    private func wait() {
        var waits = [pipes.output, pipes.errors].map { descriptor in
            pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        }
        let hasInput = process.state.withLock { !$0.input.isEmpty }
        if hasInput, let input = pipes.input {
            waits.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0))
        }
        poll(&waits, nfds_t(waits.count), pipes.output == nil && pipes.errors == nil ? 1 : 10)
    }

    /// Writes what the pipe takes; a program that has closed its standard input loses the rest.
    private mutating func writeInput() {
        guard let descriptor = pipes.input else { return }
        let isOver = process.state.withLock { state in
            while !state.input.isEmpty {
                let count = state.input.withUnsafeBytes {
                    write(descriptor, $0.baseAddress, $0.count)
                }
                guard count >= 0 else { return errno == EPIPE }
                state.input = state.input.dropFirst(count)
            }
            return state.inputEnds
        }
        if isOver {
            Pipes.close(&pipes.input)
        }
    }

    /// Takes what is there, up to a megabyte, so that a flood does not hold up the time limit.
    ///
    /// - Returns: the descriptor, or `nil` when the pipe has come to its end and is closed.
    private mutating func read(
        _ descriptor: Int32?,
        into stream: WritableKeyPath<Spawned.State, [UInt8]>
    ) -> Int32? {
        guard let descriptor else { return nil }
        for _ in 0..<16 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count != 0 else {
                close(descriptor)
                return nil
            }
            guard count > 0 else { return descriptor }
            process.state.withLock { $0[keyPath: stream] += buffer.prefix(count) }
        }
        return descriptor
    }

    /// Learns whether the program has ended.
    ///
    /// Under the lock, so that no signal is sent to another process that got its number.
    private func reap() {
        process.state.withLock { state in
            var status: Int32 = 0
            var usage = rusage()
            guard state.status == nil, wait4(process.processID, &status, WNOHANG, &usage) > 0 else {
                return
            }
            state.status = ExitStatus(waitStatus: status)
            state.duration = Instant.now - process.startedAt
            state.processorTime = Duration(usage.ru_utime) + Duration(usage.ru_stime)
        }
    }

    private func killIfLate() {
        guard let timeout = process.timeout, Instant.now - process.startedAt > timeout else {
            return
        }
        process.state.withLock { $0.isTimedOut = true }
        process.killAll()
    }

    private mutating func finish() {
        pipes.close()
        let waiting = process.state.withLock { state in
            state.isFinished = true
            return state.waiting
        }
        for continuation in waiting {
            continuation.resume()
        }
    }
}

extension Duration {
    fileprivate init(_ time: timeval) {
        self = .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}
