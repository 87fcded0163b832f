internal import Glibc

/// Data on its way to stdout, in large pieces.
package struct OutputStream {
    private static let capacity = 64 << 10

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Adds bytes; they are written when enough have come, or by ``flush()``.
    package mutating func write(_ bytes: some Collection<UInt8>) throws(CommandError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Adds text of any origin as one line, made safe for a terminal.
    package mutating func writeLine(_ text: String) throws(CommandError) {
        buffer.append(contentsOf: SafeText.line(text).utf8)
        try write([0x0A])
    }

    /// Writes what was added.
    ///
    /// Ends the process, quietly and as SIGPIPE would, if nobody reads any more.
    package mutating func flush() throws(CommandError) {
        if !buffer.isEmpty { StatusLine.erase() }
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
                continue
            }
            guard count >= 0 else {
                if errno == EPIPE { Self.endAsByBrokenPipe() }
                throw CommandError(
                    .inputOutput,
                    "cannot write to standard output: \(String(cString: strerror(errno)))"
                )
            }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func endAsByBrokenPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(128 + SIGPIPE)
    }
}
