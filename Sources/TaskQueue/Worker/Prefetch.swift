/// How many tasks a worker holds ahead of those it runs.
///
/// Tasks that take long are not held ahead: another worker could run them. Of short ones so many are that
/// the next trip to the broker comes before they are used up.
package struct Prefetch: Sendable {
    /// The tasks held ahead are to last about so long.
    private static let horizon = 0.025
    private static let mostPerSlot = 128
    /// Seconds: hardly a task is held ahead of those that take so long.
    private static let longTask = 1.0

    /// For each slot; `nil`: as the tasks' own duration asks for.
    private let fixed: Int?
    /// Seconds that a task takes, as of late; `nil`: none has ended yet.
    private var average: Double?

    package init(fixed: Int? = nil) {
        self.fixed = fixed
    }

    /// Takes the duration of a task that has ended into account.
    mutating func note(_ duration: Duration) {
        let seconds = Double(duration.microseconds) / 1e6
        average = average.map { $0 + (seconds - $0) / 16 } ?? seconds
    }

    /// Whether nothing that happens changes it.
    var isFixed: Bool { fixed != nil }

    /// Tasks take longer than was thought: none has ended for some time.
    mutating func stall() { average = max(average ?? 0, Self.longTask) }

    /// For so many slots.
    func count(slots: Int) -> Int {
        fixed.map { $0 * slots } ?? Int(tasksPerSlot * Double(slots))
    }

    /// Of those, how many of each slot may be handed to a command ahead: they cannot be given back any
    /// more.
    var perPipe: Int { min(fixed ?? .max, Int(tasksPerSlot)) }

    /// How many tasks of late fill the horizon; below one for those that take longer.
    private var tasksPerSlot: Double {
        guard let average else { return 0 }
        return min(Self.horizon / max(average, 1e-6), Double(Self.mostPerSlot))
    }
}
