internal import Glibc
package import TaskQueue

/// Lines of stdin, as they come: a call gives all lines that are there, and waits only for the first.
package struct LineStream {
    private static let chunk = 256 << 10

    private let descriptor: Int32
    private let separator: UInt8
    /// What was read and not given out yet: the beginning of a line.
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// `separator` ends a line: newline, or NUL.
    package init(descriptor: Int32 = 0, separator: UInt8 = 0x0A) {
        self.descriptor = descriptor
        self.separator = separator
    }

    /// The next lines, without their separators, however long; a last line without one is a line.
    ///
    /// - Returns: `nil` at the end.
    package mutating func next() throws(CommandError) -> [ArraySlice<UInt8>]? {
        while !isAtEnd {
            let searched = rest.count
            try read()
            if isAtEnd { break }
            guard let last = rest[searched...].lastIndex(of: separator) else { continue }
            let lines = rest[..<last].split(separator: separator, omittingEmptySubsequences: false)
            rest = Array(rest[(last + 1)...])
            return lines
        }
        if rest.isEmpty { return nil }
        defer { rest = [] }
        return [rest[...]]
    }

    /// Whether more can be read without waiting.
    package var hasMore: Bool { waitForMore(until: .now) }

    /// Waits until more can be read, or the end has come.
    ///
    /// - Parameter deadline: `nil`: as long as it takes.
    /// - Returns: whether it can, before the deadline.
    package func waitForMore(until deadline: Instant?) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let timeout = deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1
            let count = poll(&entry, 1, timeout)
            if count >= 0 || errno != EINTR { return count > 0 }
        }
    }

    private mutating func read() throws(CommandError) {
        let used = rest.count
        rest.append(contentsOf: repeatElement(0, count: Self.chunk))
        var count = 0
        repeat {
            count = rest.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress.map { $0 + used }, Self.chunk)
            }
            // Other users of the terminal or pipe may have made it non-blocking.
        } while count < 0 && (errno == EINTR || errno == EAGAIN && waitForMore(until: nil))
        rest.removeLast(Self.chunk - max(count, 0))
        guard count >= 0 else {
            throw CommandError(
                .inputOutput,
                "cannot read standard input: \(String(cString: strerror(errno)))"
            )
        }
        isAtEnd = count == 0
    }
}
