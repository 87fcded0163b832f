/// From within which task another is sent.
package struct TaskOrigin: Sendable {
    /// The task that sends it; `nil`: a client does.
    let parent: TaskID?
    /// The first task of the workflow; `nil`: the one that is sent.
    let root: TaskID?

    package init(parent: TaskID?, root: TaskID?) {
        self.parent = parent
        self.root = root
    }
}

extension TaskOrigin {
    /// The task inside which this program runs, if a worker started it.
    package static var ofProcess: TaskOrigin {
        TaskOrigin(
            parent: ThisProcess.variable("TQ_TASK_ID").map(TaskID.init),
            root: ThisProcess.variable("TQ_ROOT_ID").map(TaskID.init)
        )
    }
}

extension TaskOptions {
    /// Makes what is sent a child of the task that sends it.
    package mutating func descend(from origin: TaskOrigin) {
        (shared.parentID, rootID) = (origin.parent, origin.root)
    }
}
