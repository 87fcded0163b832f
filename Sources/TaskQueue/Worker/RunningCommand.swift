internal import Glibc

/// A command while it runs: what is still to be written to it, and what it has written.
final class RunningCommand {
    /// Which of the command's descriptors something happened on.
    enum Source: UInt64 {
        case exit, input, output, errors
    }

    let child: ChildProcess
    private var input: ArraySlice<UInt8>
    private var isInputOpen = true
    private var open: Set<Source> = [.output, .errors]
    private(set) var output: CommandOutput
    var isInterrupted = false

    init(_ child: ChildProcess, input: [UInt8], resultLimit: Int) {
        self.child = child
        self.input = input[...]
        output = CommandOutput(limit: resultLimit)
    }

    /// Writes what the command will take of its input.
    ///
    /// - Returns: whether there is nothing left to do: all is written, or the command does not read.
    func writeInput() -> Bool {
        while !input.isEmpty {
            let count = input.withUnsafeBytes { write(child.input, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                if errno == EAGAIN { return false }
                break
            }
            input = input.dropFirst(count)
        }
        closeInput()
        return true
    }

    /// Reads what the command has written to one of its pipes.
    ///
    /// - Returns: whether the pipe has ended.
    func readOutput(_ source: Source, buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard open.contains(source) else { return true }
        let descriptor = source == .output ? child.output : child.errors
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if source == .output {
                    output.append(result: bytes)
                } else {
                    output.append(errors: bytes)
                }
                continue
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return false }
            close(source)
            return true
        }
    }

    /// Ends the command, which has exited: reads what is left in its pipes, and closes them.
    func finish(buffer: UnsafeMutableRawBufferPointer) -> ExitStatus {
        _ = readOutput(.output, buffer: buffer)
        _ = readOutput(.errors, buffer: buffer)
        let status = child.reap()
        closeInput()
        close(.output)
        close(.errors)
        return status
    }

    private func close(_ source: Source) {
        guard open.remove(source) != nil else { return }
        Glibc.close(source == .output ? child.output : child.errors)
    }

    private func closeInput() {
        guard isInputOpen else { return }
        isInputOpen = false
        input = []
        Glibc.close(child.input)
    }
}
