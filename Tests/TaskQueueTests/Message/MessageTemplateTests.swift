import Testing

@testable import TaskQueue

@Suite("The template of a message")
struct MessageTemplateTests {
    @Test("filled in for a task that fits, gives the message written for that task alone")
    func sharing() throws {
        let template = encoder.template(for: first)
        for task in try fitting() {
            #expect(template.fits(task))
            let shared = template.message(task, deliveryTag: "a-tag")
            let own = encoder.encode(task, deliveryTag: "a-tag")
            #expect(shared.headers == own.headers)
            #expect(shared.properties == own.properties)
            #expect(shared.body == own.body)
            #expect(try JSONText(shared.headers.bytes)[key: "id"]?.string == task.id.text)
            let root = (task.rootID ?? task.id).text
            #expect(try JSONText(shared.headers.bytes)[key: "root_id"]?.string == root)
            #expect(try JSONText(shared.properties.bytes)[key: "delivery_tag"]?.string == "a-tag")
            #expect(try JSONText(shared.body).elements?.prefix(2) == [task.args, task.kwargs])
        }
    }

    @Test("fits no task whose name, queue or options differ")
    func others() throws {
        var others = [OutgoingTask](repeating: first, count: 7)
        others[0].task = try #require(TaskName("other"))
        others[1].queue = try #require(QueueName("other"))
        others[2].priority = 1
        others[3].timeLimits = TimeLimits(hard: 1)
        others[4].maxRetries = 0
        others[5].ignoresResult = true
        others[6].parentID = TaskID("parent")
        let template = encoder.template(for: first)
        for other in others { #expect(!template.fits(other)) }
    }

    @Test("fits a task whatever headers it has of its own, which its message has after the others")
    func ownHeaders() throws {
        var marked = first
        marked.headers = ["traceparent": "00-1-2-01", "baggage": #"a="b""#]
        let template = encoder.template(for: first)
        #expect(template.fits(marked))
        #expect(encoder.template(for: marked).fits(first))
        let plain = template.message(first, deliveryTag: "a-tag").headers.text
        let text = template.message(marked, deliveryTag: "a-tag").headers.text
        let added = #","baggage":"a=\"b\"","traceparent":"00-1-2-01"}"#
        #expect(text == plain.dropLast() + added)
        #expect(try JSONText(text.utf8)[key: "traceparent"]?.string == "00-1-2-01")
        // The model's headers are not those of others.
        let other = encoder.template(for: marked).message(first, deliveryTag: "a-tag")
        #expect(other.headers.text == plain)
    }

    private let encoder = MessageEncoder(origin: "gen1@sample")
    private let first: OutgoingTask

    init() throws {
        first = OutgoingTask(id: TaskID("first"), task: try #require(TaskName("double")))
    }

    private func fitting() throws -> [OutgoingTask] {
        var tasks = [OutgoingTask](repeating: first, count: 5)
        tasks[1].id = TaskID("with \"quotes\" and \\")
        tasks[2].args = try JSONText(#"["it's", 2]"#.utf8)
        tasks[2].kwargs = try JSONText(#"{"to": "\\ \u00e9"}"#.utf8)
        tasks[3].eta = Timestamp(microseconds: 1_795_000_000_123_456)
        tasks[3].expires = .earliest
        tasks[4].rootID = TaskID("root")
        return tasks
    }
}
