/// How many tasks a worker holds ahead of those it runs.
///
/// Long tasks are not held ahead: another worker could run them. Of short ones, enough are held that
/// the next trip to the broker comes before they are used up.
package struct Prefetch: Sendable {
    /// How long the tasks held ahead should last.
    private static let horizon = 0.025
    private static let mostPerSlot = 128
    /// Seconds: hardly any task is held ahead of tasks that take this long.
    private static let longTask = 1.0

    /// For each slot; `nil`: it depends on how long tasks take.
    private let fixed: Int?
    /// Seconds that a task takes, recently; `nil`: none has ended yet.
    private var average: Double?

    package init(fixed: Int? = nil) {
        self.fixed = fixed
    }

    /// Takes the duration of a task that has ended into account.
    mutating func note(_ duration: Duration) {
        let seconds = Double(duration.microseconds) / 1e6
        average = average.map { $0 + (seconds - $0) / 16 } ?? seconds
    }

    /// Whether it never changes.
    var isFixed: Bool { fixed != nil }

    /// Tasks take longer than expected: none has ended for some time.
    mutating func stall() { average = max(average ?? 0, Self.longTask) }

    /// The number for this many slots.
    func count(slots: Int) -> Int {
        fixed.map { $0 * slots } ?? Int(tasksPerSlot * Double(slots))
    }

    /// How many of those may be handed to a command ahead, for each slot: they can no longer be given
    /// back.
    var perPipe: Int { min(fixed ?? .max, Int(tasksPerSlot)) }

    /// How many recent tasks fill the horizon; below one for tasks that take longer.
    private var tasksPerSlot: Double {
        guard let average else { return 0 }
        return min(Self.horizon / max(average, 1e-6), Double(Self.mostPerSlot))
    }
}
