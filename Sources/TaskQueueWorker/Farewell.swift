import TaskQueue

/// The last that a program does.
enum Farewell {
    private static let patience: Duration = .seconds(10)

    /// Waits on this thread for what runs on another, for some seconds.
    static func say(_ body: @escaping @Sendable () async -> Void) {
        guard let bell = try? Bell() else { return }
        Task(executorPreference: ThreadExecutor.shared) {
            await body()
            bell.ring()
        }
        bell.wait(until: .now + patience)
    }
}
