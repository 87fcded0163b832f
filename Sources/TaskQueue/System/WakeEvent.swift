internal import CLinux
internal import Glibc

/// Wakes a thread that waits in poll(2): readable from when it is signalled until it is reset.
package final class WakeEvent: Sendable {
    package let descriptor: Int32

    /// - Throws: ``ResourceShortage`` if the process has no descriptor left for it.
    package init() throws(ResourceShortage) {
        descriptor = tq_eventfd()
        guard descriptor >= 0 else { throw ResourceShortage(.descriptor) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    package func signal() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    package func reset() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Waits until it is signalled, or until the deadline (`nil`: as long as it takes).
    package func wait(until deadline: Instant?) {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1)
    }
}
