#if ServiceLifecycle
public import ServiceLifecycle

extension TaskQueueClient: Service {
    /// Waits until its group shuts down or is cancelled, and closes then.
    ///
    /// Services end in the reverse of their order: name the client before those that send by it, and its
    /// ``close()`` comes last.
    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }
}
#endif
