internal import CLinux
internal import Glibc

/// Wakes a thread that waits in poll(2): readable from when it is rung until it is silenced.
final class Bell: Sendable {
    let descriptor: Int32

    init() {
        descriptor = tq_eventfd()
        precondition(
            descriptor >= 0,
            "no descriptor for an event: raise the limit of open files (ulimit -n)"
        )
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func silence() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
