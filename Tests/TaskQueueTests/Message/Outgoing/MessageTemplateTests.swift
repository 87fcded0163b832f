import TestSupport
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
            let arguments = [task.arguments.args, task.arguments.kwargs]
            #expect(try JSONText(shared.body).elements?.prefix(2) == arguments[...])
        }
    }

    @Test("fits no task with another option, which its message tells", arguments: Variation.all)
    func others(_ variation: Variation) {
        var other = first
        variation.change(&other.options)
        #expect(Variation.fields(of: first.options, unlike: other.options) == [variation.field])
        #expect(!encoder.template(for: first).fits(other))
        #expect(!encoder.template(for: other).fits(first))
        let messages = [first, other].map { encoder.encode($0, deliveryTag: "a-tag") }
        #expect(
            messages[0].headers != messages[1].headers
                || messages[0].properties != messages[1].properties
                || messages[0].body != messages[1].body
        )
        #expect(messages[0].body == messages[1].body || variation.field == "shared.embed")
    }

    @Test("is tried with each option that there is")
    func completeness() {
        #expect(Set(Variation.all.map(\.field)) == Set(Variation.fields(of: first.options).keys))
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
        tasks[2].arguments.args = try JSONText(#"["it's", 2]"#.utf8)
        tasks[2].arguments.kwargs = try JSONText(#"{"to": "\\ \u00e9"}"#.utf8)
        tasks[3].eta = Timestamp(microseconds: 1_795_000_000_123_456)
        tasks[3].expires = .earliest
        tasks[4].rootID = TaskID("root")
        return tasks
    }
}

/// A change of one field of a message's options.
struct Variation: Sendable, CustomTestStringConvertible {
    /// Its name, and before it that of the field in which it is.
    let field: String
    let change: @Sendable (inout MessageOptions) -> Void

    var testDescription: String { field }

    static let all = [
        Variation(field: "task") { $0.task = TaskName("other") ?? $0.task },
        Variation(field: "queue") { $0.queue = QueueName("other") ?? $0.queue },
        Variation(field: "priority") { $0.priority = 1 },
        Variation(field: "ignoresResult") { $0.ignoresResult = true },
        Variation(field: "shared.timeLimits") { $0.shared.timeLimits.hard = 1 },
        Variation(field: "shared.timeLimits") { $0.shared.timeLimits.soft = 1 },
        Variation(field: "shared.maxRetries") { $0.shared.maxRetries = 0 },
        Variation(field: "shared.unique") { $0.shared.unique = UniqueHold("key") },
        Variation(field: "shared.unique") {
            $0.shared.unique = UniqueHold("key", for: .seconds(1))
        },
        Variation(field: "shared.parentID") { $0.shared.parentID = TaskID("parent") },
        Variation(field: "shared.groupID") { $0.shared.groupID = "group" },
        Variation(field: "shared.embed") { $0.shared.embed = .emptyObject },
        Variation(field: "shared.isPeriodic") { $0.shared.isPeriodic = true },
    ]

    /// Every field with its value, as text.
    static func fields(of options: MessageOptions) -> [String: String] {
        var fields: [String: String] = [:]
        for (label, value) in Mirror(reflecting: options).children {
            guard let label else { continue }
            guard let shared = value as? SharedOptions else {
                fields[label] = String(reflecting: value)
                continue
            }
            for (inner, value) in Mirror(reflecting: shared).children {
                if let inner { fields["\(label).\(inner)"] = String(reflecting: value) }
            }
        }
        return fields
    }

    /// The names of those that differ.
    static func fields(of left: MessageOptions, unlike right: MessageOptions) -> [String] {
        let others = fields(of: right)
        return fields(of: left).filter { others[$0.key] != $0.value }.map(\.key)
    }
}
