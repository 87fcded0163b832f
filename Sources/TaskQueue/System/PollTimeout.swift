/// Timeouts of poll(2) and epoll_wait(2).
package enum PollTimeout {
    /// The milliseconds until a deadline, and one more so that it has passed when they have; 0 if it has
    /// passed already.
    package static func milliseconds(until deadline: Instant) -> Int32 {
        let left = (deadline - Instant.now)
        guard left > .zero else { return 0 }
        return Int32(clamping: left.microseconds / 1000 + 1)
    }
}
