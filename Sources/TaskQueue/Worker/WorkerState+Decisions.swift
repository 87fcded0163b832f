/// What a worker's decisions are made of, and what comes of them.
extension WorkerState {
    package enum Phase: Equatable, Sendable {
        case running
        /// Takes no more; running tasks are finished.
        case stopping
        /// Nothing runs, and nothing more is to be taken.
        case stopped
    }

    /// A running task.
    package struct Run: Sendable {
        package let task: TaskMessage
        package let delivery: Delivery
        package let startedAt: Instant
        let policy: TaskPolicy

        var ignoresResult: Bool { task.ignoresResult || policy.ignoresResult }
    }

    /// A held task, to be run when there is room.
    struct Waiting {
        let delivery: Delivery
        let task: TaskMessage
    }

    /// A delivery that is not a message, and its id if that can be read all the same.
    package struct Undecodable: Error {
        let id: TaskID?
        let reason: MessageError

        package init(id: TaskID?, reason: MessageError) {
            self.id = id
            self.reason = reason
        }
    }

    /// What to do with a taken message.
    package enum Decision: Sendable {
        /// It is run when there is room.
        case accept
        /// It came too late: no more tasks are run.
        case giveBack(RequeuedTask)
        /// It is not due, or cannot be run now.
        case delay(RequeuedTask, TaskMessage, until: Timestamp)
        case expire(FinishedTask, TaskMessage)
        /// An operator has revoked it.
        case revoke(FinishedTask, TaskMessage)
        /// It needs nothing to run it: see ``BuiltInTask``.
        case answer(FinishedTask, TaskMessage)
        /// It has ended before.
        case drop(FinishedTask, TaskMessage)
        case deadLetter(DeadLetter)
    }

    /// What to do with the next waiting task.
    package enum Next: Sendable {
        case start(TaskAssignment)
        case expire(FinishedTask, TaskMessage)
    }

    /// What to write for a task that has ended.
    package enum Settlement: Sendable {
        case finish(FinishedTask)
        case requeue(RequeuedTask)
        indirect case deadLetter(DeadLetter)

        /// Of the task.
        var delivery: Delivery {
            switch self {
            case .finish(let task): task.delivery
            case .requeue(let task): task.delivery
            case .deadLetter(let letter): letter.delivery
            }
        }

        /// When the task that it puts on its queue again falls due; `nil`: at once, or it puts none there.
        var due: Timestamp? {
            switch self {
            case .finish(let task):
                (task.next + (task.sequel?.messages ?? [])).compactMap(\.eta).min()
            case .requeue(let task): task.eta
            case .deadLetter: nil
            }
        }
    }
}
