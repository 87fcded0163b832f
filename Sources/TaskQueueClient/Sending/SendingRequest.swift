internal import TaskQueue

/// What is handed to a ``SenderThread``.
enum SendingRequest: Sendable {
    case send([TaskDraft], Reply<[SenderThread.Receipt]>)
    case revoke(TaskID, Reply<Bool>)
}
