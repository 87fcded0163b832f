package import TaskQueue

extension Settings {
    /// What these settings decide of a task where its sender says nothing.
    package var taskDefaults: TaskDefaults {
        var defaults = TaskDefaults(routes: taskRoutes)
        if let taskDefaultQueue { defaults.queue = taskDefaultQueue }
        if let taskDefaultPriority { defaults.priority = taskDefaultPriority }
        if let taskIgnoreResult { defaults.ignoresResult = taskIgnoreResult }
        for task in tasks {
            guard let ignores = task.ignoreResult else { continue }
            if task.name.text == TaskSettings.common { defaults.ignoresResult = ignores }
            defaults.ignoresResultByTask[task.name] = ignores
        }
        return defaults
    }
}
