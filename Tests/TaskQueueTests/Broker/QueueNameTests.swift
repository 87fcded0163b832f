import TaskQueue
import Testing

@Suite("a queue's name")
struct QueueNameTests {
    @Test(
        "is not that of another key in Redis",
        arguments: [
            "unacked", "unacked_index", "unacked_mutex", "tq:", "tq:workers", "tq:delayed:celery",
            "_kombu.binding.celery", "celery-task-meta-", "celery-task-meta-5",
            "celery-taskset-meta-5",
        ]
    )
    func taken(_ name: String) {
        #expect(QueueName(name) == nil)
        #expect(QueueName.objection(name).contains("are other keys"))
    }

    @Test("has no control characters", arguments: ["", "a\n", "celery\u{06}\u{16}3", "\u{7F}"])
    func controls(_ name: String) {
        #expect(QueueName(name) == nil)
        #expect(QueueName.objection(name).contains("control characters"))
    }

    @Test(
        "is any other text",
        arguments: [
            "celery", "unacked2", "tq", "tq-work", "unack", "celery-task", "_kombu", "a:b", "*",
        ]
    )
    func names(_ name: String) {
        #expect(QueueName(name)?.text == name)
    }
}
