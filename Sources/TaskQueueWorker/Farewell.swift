import TaskQueue

/// The last that a program does.
enum Farewell {
    private static let patience: Duration = .seconds(10)

    /// Waits on this thread for what runs on another, for some seconds.
    static func say(_ body: @escaping @Sendable () async -> Void) {
        guard let wake = try? WakeEvent() else { return }
        Task(executorPreference: ThreadExecutor.shared) {
            await body()
            wake.signal()
        }
        wake.wait(until: .now + patience)
    }
}
