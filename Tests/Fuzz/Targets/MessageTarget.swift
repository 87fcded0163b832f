internal import TaskCommands
internal import TaskQueue

/// A message as Kombu keeps it in Redis.
enum MessageTarget {
    static func read(_ bytes: [UInt8]) {
        guard let message = try? Envelope.decode(bytes) else { return }
        _ = TaskMessage.id(of: message)
        guard let task = try? TaskMessage(message, body: BodyReader()), let queue = QueueName("q")
        else {
            return
        }
        expect(
            TaskInput.json(task, queue: queue).count { $0 == 0x0A } == 1,
            "a task is not one line"
        )
        expect(
            (try? JSONText(TaskInput.json(task, queue: queue).dropLast(), acceptsNonFinite: true))
                != nil,
            "what a command is told is not JSON"
        )
        let again = task.retry(message, queue: queue, eta: .now())
        expect(again.id == task.id, "a retry has another id")
        let envelope = Envelope.encode(again.message)
        expect((try? Envelope.decode(envelope)) != nil, "a retry is no message")
    }
}
