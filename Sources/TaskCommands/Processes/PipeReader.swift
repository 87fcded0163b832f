internal import CLinux
internal import Glibc
internal import TaskQueue

/// Our end of a pipe that a command writes to.
struct PipeReader {
    private let descriptor: Int32
    private(set) var isOpen = true
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Reads once, when there is something to read, and closes the pipe at its end.
    ///
    /// Only once: a command that never stops writing must not keep others waiting.
    mutating func read(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard isOpen else { return }
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if count == 0 || errno != EINTR {
            close()
        }
    }

    /// Reads what is in the pipe now, and closes it: others may hold its other end and write on.
    mutating func drain(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard isOpen else { return }
        var left = Int(tq_readable(descriptor))
        while left > 0 {
            let count = Glibc.read(descriptor, buffer.baseAddress, min(left, buffer.count))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            left -= count
        }
        close()
    }

    mutating func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }
}
