#if ServiceLifecycle
public import ServiceLifecycle

/// A worker beside other services: when their group shuts down, it takes no more tasks and ends when those
/// that run have ended; when the group is cancelled, or its time to shut down is over, it stops at once.
///
/// ```swift
/// let group = ServiceGroup(
///     services: [server, worker],
///     gracefulShutdownSignals: [.sigterm],
///     logger: logger
/// )
/// try await group.run()
/// ```
extension TaskWorker: Service {
    func stoppedByShutdown<End>(_ run: () async -> End) async -> End {
        await withGracefulShutdownHandler(operation: run) { self.stop() }
    }
}
#else
extension TaskWorker {
    @inline(__always)
    func stoppedByShutdown<End>(_ run: () async -> End) async -> End { await run() }
}
#endif
