package import TaskQueue

/// A beat on a thread of its own, within a program that does something else: `tq-work --beat`.
package final class BeatThread: Sendable {
    private let orders: Inbox<BeatRequest>
    private let thread: Thread

    /// Starts it.
    ///
    /// - Parameters:
    ///   - configuration: the entries, and how they are sent.
    ///   - connect: makes a connection; called on the thread, again after each failure.
    ///   - report: is told of what happens, on the thread.
    /// - Throws: ``TimeZoneError`` if an entry's zone is not in the database, ``ResourceShortage`` if there is
    ///   no thread for it.
    package init(
        _ configuration: BeatConfiguration,
        connect: @escaping @Sendable () throws(BrokerError) -> any BeatStore,
        report: @escaping @Sendable (BeatEvent) -> Void
    ) throws {
        // Made here, so that the caller gets its errors; only the thread uses it, which the compiler cannot see.
        nonisolated(unsafe) let driver = try BeatDriver(
            configuration,
            connect: connect,
            report: report
        )
        let orders = try Inbox<BeatRequest>()
        self.orders = orders
        thread = try Thread.start {
            do throws(BrokerError) {
                try driver.run(woken: orders.descriptor, orders: orders.takeFirst, isPatient: true)
            } catch {
                report(.brokerFailed(error, .zero))
            }
        }
    }

    /// Goes by something else from now on.
    package func reload(_ configuration: BeatConfiguration) { orders.put(.reload(configuration)) }

    /// Gives the lease back and ends, soon.
    package func stop() { orders.put(.stop) }

    /// Waits until it has ended, but not long for a broker that does not answer; not called twice.
    package func join() { thread.join(within: .seconds(5)) }
}
