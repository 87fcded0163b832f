internal import CommandSupport
internal import Glibc
package import TaskQueue

/// A worker's signals as its orders, read on their own thread.
///
/// If a process was told twice to end, and its tasks should have been given up long ago, this thread ends it,
/// whatever it waits for: then its lease runs out, and what it held goes to others.
package final class SignalThread: Sendable {
    package let orders: Inbox<WorkerOrder>

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - signals: given over to it.
    ///   - patience: how long a worker may take after it was told twice.
    /// - Throws: ``ResourceShortage``.
    init(
        _ signals: sending SignalQueue,
        patience: Duration
    ) throws(ResourceShortage) {
        let orders = try Inbox<WorkerOrder>()
        self.orders = orders
        let source = Source(signals)
        try Thread.startDetached { Self.pass(source.signals, to: orders, patience) }
    }

    private final class Source: @unchecked Sendable {
        // Handed over when the thread starts; from then on only the thread uses it.
        let signals: SignalQueue

        init(_ signals: SignalQueue) {
            self.signals = signals
        }
    }

    private static func pass(
        _ signals: SignalQueue,
        to orders: Inbox<WorkerOrder>,
        _ patience: Duration
    ) {
        signals.receiveOnThisThread()
        var toldAt: Instant?
        var end: Instant?
        while true {
            var entry = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, end.map { PollTimeout.milliseconds(until: $0) } ?? -1)
            if let end, end <= .now { Self.end() }
            while let order = signals.nextOrder() {
                switch order {
                case .stop:
                    if let toldAt, .now - toldAt > Shutdown.orderEcho {
                        end = end ?? .now + patience
                    }
                    toldAt = toldAt ?? .now
                case .stopAtOnce: end = end ?? .now + patience
                default: break
                }
                orders.put(order)
            }
        }
    }

    private static func end() -> Never {
        let text =
            "did not end in time, and is ended by force: others get its tasks some seconds later"
        Diagnostics(program: "tq-work").error(text)
        Program.flushLog()
        _exit(ExitCode.unavailable.rawValue)
    }
}
