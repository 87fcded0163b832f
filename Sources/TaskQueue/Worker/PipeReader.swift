internal import CLinux
internal import Glibc

/// Our end of a pipe that a command writes to.
struct PipeReader {
    private let descriptor: Int32
    private(set) var isOpen = true
    /// Reads at one go: a command that never stops writing must not keep others waiting.
    private static let mostReads = 16

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Reads what is there, or part of it if that is much, and closes the pipe at its end.
    mutating func read(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        guard isOpen else { return }
        for _ in 0..<Self.mostReads {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                if count < buffer.count { return }
            } else if count == 0 {
                return close()
            } else if errno != EINTR {
                if errno != EAGAIN { close() }
                return
            }
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
