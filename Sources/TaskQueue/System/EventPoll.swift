internal import CLinux
internal import Glibc

/// An epoll(7) instance: waits for many descriptors at once, and can itself be waited for.
package final class EventPoll {
    package struct Events: OptionSet {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let readable = Events(rawValue: EPOLLIN.rawValue)
        package static let writable = Events(rawValue: EPOLLOUT.rawValue)
    }

    package let descriptor: Int32
    private var buffer = [epoll_event](repeating: epoll_event(), count: 128)

    /// - Throws: ``ResourceShortage`` if the kernel has no descriptor left for it.
    package init() throws(ResourceShortage) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw ResourceShortage(.descriptor) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Watches a descriptor; `number` comes back with its events.
    ///
    /// - Returns: whether it is watched; errno else: the kernel has no memory left, or watches as many as the
    ///   user may have watched.
    @discardableResult
    package func add(_ watched: Int32, _ events: Events, number: UInt64) -> Bool {
        var event = tq_epoll_event(events.rawValue, number)
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0
    }

    package func remove(_ watched: Int32) {
        epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
    }

    /// The numbers whose descriptors have events, without waiting; 128 at most.
    package func ready() -> [UInt64] {
        let count = epoll_wait(descriptor, &buffer, Int32(buffer.count), 0)
        return buffer.prefix(Int(max(count, 0))).map { event in
            withUnsafePointer(to: event) { tq_epoll_number($0) }
        }
    }
}
