import Glibc
import TestSupport

@testable import TaskCommands
@testable import TaskQueue

/// A command that has been run to its end, and what it wrote.
struct FinishedChild: Sendable {
    let status: TaskCommands.ExitStatus
    let usage: ResourceUsage
    /// Less the newline at its end.
    let output: String
    let errors: String
    let progress: String

    /// Runs a command that writes little, on a thread that lives as long as it does.
    ///
    /// - Throws: ``SpawnError`` if it could not be started.
    static func run(
        _ arguments: [String],
        environment: [String] = ["PATH=/usr/bin:/bin"],
        options: ProcessOptions = ProcessOptions(),
        whileRunning: @escaping @Sendable (ChildProcess) -> Void = { _ in }
    ) async throws -> FinishedChild {
        try await onThread {
            let child = try ChildProcess(arguments, environment: environment, options: options)
            close(child.input)
            whileRunning(child)
            child.waitForExit()
            let (status, usage) = child.reap()
            return FinishedChild(
                status: status,
                usage: usage,
                output: text(child.output),
                errors: text(child.errors),
                progress: text(child.progress)
            )
        }
    }

    /// Runs a line by `sh`.
    static func run(
        shell line: String,
        options: ProcessOptions = ProcessOptions()
    ) async throws -> FinishedChild {
        try await run(["sh", "-c", line], options: options)
    }

    private static func text(_ descriptor: Int32) -> String {
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = max(0, read(descriptor, &buffer, buffer.count))
        let end = count > 0 && buffer[count - 1] == 0x0A ? count - 1 : count
        return String(decoding: buffer[..<end], as: UTF8.self)
    }
}

extension ChildProcess {
    func waitForExit() {
        var entry = pollfd(fd: exit, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, -1) < 0 {}
    }

    /// Closes our ends of its pipes.
    func closePipes() {
        for end in [input, output, errors, progress] { close(end) }
    }
}

/// Whether a process is there and no zombie.
func isRunning(_ process: some LosslessStringConvertible) -> Bool {
    let stat = (try? readFile("/proc/\(process)/stat")).map { String(decoding: $0, as: UTF8.self) }
    return stat.map { !$0.contains(") Z ") } ?? false
}
