/// Decides what the sender of a task leaves open, by the task's route and what the settings say of it.
package struct TaskDefaults: Sendable {
    /// The first that matches counts.
    package var routes: [TaskRoute]
    /// Where no route says anything.
    package var queue = QueueName.celery
    /// Where no route says anything.
    package var priority = 0
    package var ignoresResult = false
    /// Of tasks that differ from ``ignoresResult``.
    package var ignoresResultByTask: [TaskName: Bool] = [:]

    /// Those of a machine without settings.
    package init(routes: [TaskRoute] = []) { self.routes = routes }

    /// The queues that are named, the default one first.
    package var queues: [QueueName] {
        routes.compactMap(\.queue).reduce(into: [queue]) { queues, queue in
            if !queues.contains(queue) { queues.append(queue) }
        }
    }

    /// The options that a task is sent with.
    package func options(of draft: TaskDraft) -> MessageOptions {
        let route = route(for: draft.task)
        return MessageOptions(
            task: draft.task,
            queue: draft.options.queue ?? route?.queue ?? queue,
            priority: draft.options.priority ?? route?.priority ?? priority,
            ignoresResult: draft.options.ignoresResult ?? ignoresResultByTask[draft.task]
                ?? ignoresResult,
            shared: draft.options.shared
        )
    }

    /// The route of a task; `nil`: it goes the default way.
    package func route(for task: TaskName) -> TaskRoute? {
        routes.first { $0.pattern.matches(task.text) }
    }
}
