package import TaskQueue

extension OutgoingTask {
    /// A task whose sender says nothing but this, on a machine without settings.
    package init(
        id: TaskID,
        task: TaskName,
        args: JSONText = .emptyArray,
        kwargs: JSONText = .emptyObject,
        queue: QueueName = .celery
    ) {
        var draft = TaskDraft(task, TaskArguments(args: args, kwargs: kwargs))
        draft.options.queue = queue
        self.init(draft, id: id, TaskDefaults().options(of: draft), from: .now())
    }
}
