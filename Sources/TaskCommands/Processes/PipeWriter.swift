internal import Glibc
internal import TaskQueue

/// Our end of a pipe that a command reads from, and what is still to be written to it.
struct PipeWriter {
    private let descriptor: Int32
    private(set) var isOpen: Bool
    private var pending: [UInt8] = []
    private var written = 0

    /// `descriptor` is -1 if there is nothing to write to.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        isOpen = descriptor >= 0
    }

    /// Whether all was written, or cannot be.
    var isDone: Bool { pending.isEmpty }

    mutating func append(_ bytes: [UInt8]) {
        guard isOpen else { return }
        if pending.isEmpty { pending = bytes } else { pending += bytes }
    }

    /// Writes what the command will take; drops it all if the command no longer reads.
    mutating func write() {
        guard isOpen else { return }
        while written < pending.count {
            let count = pending.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                return Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                return close()
            }
        }
        pending = []
        written = 0
    }

    mutating func close() {
        guard isOpen else { return }
        isOpen = false
        pending = []
        written = 0
        Glibc.close(descriptor)
    }
}
