import Glibc
import TaskQueue

/// A pipe by which one thread wakes another.
final class WakePipe: Sendable {
    /// Becomes readable when it is signalled.
    let descriptor: Int32
    private let writingEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let failure = pipe(&ends)
        precondition(failure == 0, "cannot make a pipe: \(String(cString: strerror(errno)))")
        (descriptor, writingEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        close(descriptor)
        close(writingEnd)
    }

    func signal() {
        var byte: UInt8 = 1
        write(writingEnd, &byte, 1)
    }

    func clear() {
        var buffer = [UInt8](repeating: 0, count: 256)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }

    /// Waits until it is signalled, or until the deadline (`nil`: as long as it takes).
    ///
    /// - Returns: whether `other` has become readable, which ends the wait too.
    func wait(until deadline: Instant?, or other: Int32?) -> Bool {
        var entries = [descriptor, other ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let count = poll(&entries, 2, deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1)
        return count > 0 && entries[1].revents != 0
    }
}
