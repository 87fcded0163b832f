internal import TaskQueue

/// What is handed in at a ``SendingDesk``.
enum SendingOrder: Sendable {
    case send([TaskDraft], Reply<[SendingDesk.Receipt]>)
    case revoke(TaskID, Reply<Bool>)
}
