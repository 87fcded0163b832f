/// The handlers of a program: which of them runs which task, and under which conditions where the settings
/// do not say.
package struct HandlerTable: Sendable {
    package private(set) var handlers: [TaskName: HandlerRunner.Handler] = [:]
    private var policies: [TaskName: TaskPolicy] = [:]

    /// None.
    package init() {}

    package var isEmpty: Bool { handlers.isEmpty }

    /// Of the tasks, sorted.
    package var names: [TaskName] { handlers.keys.sorted { $0.text < $1.text } }

    /// The policy for a task where the settings do not say.
    package func policy(for task: TaskName) -> TaskPolicy { policies[task] ?? TaskPolicy() }

    /// Adds a handler.
    ///
    /// - Returns: whether the name was free.
    package mutating func add(
        _ task: TaskName,
        _ policy: TaskPolicy,
        _ handler: @escaping HandlerRunner.Handler
    ) -> Bool {
        guard handlers[task] == nil else { return false }
        handlers[task] = handler
        policies[task] = policy
        return true
    }
}
