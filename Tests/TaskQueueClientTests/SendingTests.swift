import CommandSupport
import Connections
import FoundationEssentials
import TaskQueue
import TaskQueueClient
import TaskSettings
import TestSupport
import Testing

@Suite(
    "a client sends",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .timeLimit(.minutes(60))
)
struct SendingTests {
    @Test("a request: its properties are the keyword arguments")
    func request() async throws {
        try await ClientPlace.with { place in
            let task = try await place.client.send(Thumbnail(path: "a/b ☃.jpg", width: 80))
            let message = try #require(try await place.messages().first)
            #expect(message["headers"]?[key: "id"]?.string == task.id)
            #expect(message["headers"]?[key: "task"]?.string == "thumbnail")
            #expect(message["headers"]?[key: "root_id"]?.string == task.id)
            #expect(message["headers"]?[key: "parent_id"] == .null)
            let body = try #require(message["body"]?.elements)
            #expect(body[0] == .emptyArray)
            #expect(body[1][key: "path"]?.string == "a/b ☃.jpg")
            #expect(body[1][key: "width"]?.integer == 80)
            #expect(message["queue"]?.string == "celery")
            #expect(task.isNew)
        }
    }

    @Test("arguments one after the other, of a task that no type describes")
    func positional() async throws {
        try await ClientPlace.with { place in
            let date = Date(timeIntervalSince1970: 1_700_000_000.25)
            _ = try await place.client.send("add", 2, "x\n", [1.5], date, Int?.none)
            _ = try await place.client.send("plain", options: .init(queue: "low"))
            let messages = try await place.messages()
            #expect(
                messages[0]["body"]?.elements?.first?.text
                    == #"[2,"x\n",[1.5],"2023-11-14T22:13:20.250000+00:00",null]"#
            )
            #expect(messages[1]["body"]?.elements?.first == .emptyArray)
            #expect(messages[1]["queue"]?.string == "low")
        }
    }

    @Test("options, as the message says them")
    func options() async throws {
        try await ClientPlace.with { place in
            let date = Date(timeIntervalSince1970: 4_000_000_000)
            let options = SendOptions(
                queue: "low",
                eta: .at(date),
                expires: .after(.seconds(7200)),
                priority: 3,
                uniqueKey: "one",
                uniqueFor: .seconds(60),
                timeLimit: .seconds(30),
                softTimeLimit: .milliseconds(20_500),
                maxRetries: 5,
                ignoresResult: true,
                id: "my-id"
            )
            let before = Timestamp.now()
            let task = try await place.client.send(Note(text: "x"), options)
            #expect(task.id == "my-id")
            let message = try #require(try await place.messages().first)
            let headers = try #require(message["headers"])
            #expect(headers[key: "eta"]?.string == "2096-10-02T07:06:40+00:00")
            let expires = try #require(
                headers[key: "expires"]?.string.flatMap { Timestamp(iso8601: $0) }
            )
            #expect(expires - before >= .seconds(7200) && expires - .now() <= .seconds(7200))
            #expect(headers[key: "timelimit"]?.elements?.map(\.double) == [30, 20.5])
            #expect(headers[key: "max_retries"]?.integer == 5)
            #expect(headers[key: "ignore_result"]?.boolean == true)
            #expect(headers[key: "tq_unique"]?.string == "one")
            #expect(headers[key: "tq_unique_for"]?.double == 60)
            #expect(message["properties"]?[key: "priority"]?.integer == 3)
            #expect(message["queue"]?.string == "low")
            #expect(message["due"]?.integer == 4_000_000_000_000_000)
        }
    }

    @Test("a task from within another, as its child")
    func child() async throws {
        try await ClientPlace.with { place in
            _ = try await place.client.send(
                Note(text: "x"),
                SendOptions(),
                as: TaskOrigin(parent: TaskID("parent"), root: TaskID("root"))
            )
            let message = try #require(try await place.messages().first)
            #expect(message["headers"]?[key: "parent_id"]?.string == "parent")
            #expect(message["headers"]?[key: "root_id"]?.string == "root")
        }
    }

    @Test("by the routes and defaults of the settings")
    func settings() async throws {
        let settings = """
            task_default_queue = "usual"
            task_default_priority = 4
            [task_routes]
            "thumb*" = { queue = "images", priority = 7 }
            [tasks.note]
            ignore_result = true
            """
        try await ClientPlace.with(settings: settings) { place in
            _ = try await place.client.send(Thumbnail(path: "x", width: 1))
            let note = try await place.client.send(Note(text: "x"))
            let messages = try await place.messages()
            #expect(messages.map { $0["queue"]?.string } == ["images", "usual"])
            #expect(messages.map { $0["properties"]?[key: "priority"]?.integer } == [7, 4])
            // Nobody can wait for what is not kept.
            let failure = try await error(of: TaskQueueError.self) { _ = try await note.value() }
            #expect(failure.kind == .result)
            #expect(
                failure.description
                    == "no result of task \(note.id) is kept (ignore_result), so nobody can wait for it"
            )
        }
    }

    @Test("one of a unique key at a time", arguments: ClientPlace.Transport.allCases)
    func unique(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport) { place in
            let options = SendOptions(uniqueKey: "k")
            let first = try await place.client.send(Note(text: "1"), options)
            let second = try await place.client.send(Note(text: "2"), options)
            let other = try await place.client.send(Note(text: "3"), .init(uniqueKey: "other"))
            #expect(first.isNew && other.isNew)
            #expect(second.id == first.id && !second.isNew)
            // The key is free when the task has ended.
            #expect(try await first.revoke())
            try await place.withWorker("--task note -- true") {
                try await eventually {
                    try await place.client.send(Note(text: "4"), options).isNew
                }
            }
        }
    }

    @Test("many at once, in their order", arguments: ClientPlace.Transport.allCases)
    func many(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport, tasks: ["thumbnail": "cat"]) { place in
            let requests = (0..<1500).map { Thumbnail(path: "\($0)", width: $0) }
            let tasks = try await place.client.send(requests)
            #expect(Set(tasks.map(\.id)).count == 1500)
            let none = try await place.client.send([Thumbnail]())
            #expect(none.isEmpty)
            let counted = try await place.run("tq-ctl", "queues", "--json")
            #expect(try JSONText(counted.outputBytes)[key: "waiting"]?.integer == 1500)
            try await place.withWorker("-c 4") {
                for (task, request) in zip(tasks, requests).prefix(20) {
                    let value = try await task.value(timeout: .seconds(60))
                    #expect(value == Thumbnail.Output(id: task.id, kwargs: request))
                }
            }
        }
    }

    @Test(
        "nothing that cannot be, and says what",
        arguments: [
            (SendOptions(queue: ""), "a queue's name has at least one character, and no"),
            (SendOptions(priority: 10), "a priority is from 0 to 9, not 10"),
            (SendOptions(uniqueKey: "a\n"), #"this one has: "a\n""#),
            (SendOptions(uniqueFor: .seconds(1)), "uniqueFor means nothing without a uniqueKey"),
            (SendOptions(uniqueKey: "a", uniqueFor: .zero), "uniqueFor must be above zero"),
            (SendOptions(maxRetries: -1), "no task can be tried again -1 times"),
            (SendOptions(timeLimit: .seconds(-1)), "timeLimit cannot be negative"),
            (SendOptions(softTimeLimit: .seconds(-1)), "softTimeLimit cannot be negative"),
            (SendOptions(eta: .at(.distantPast)), "eta: a date lies in the years 1 to 9999"),
            (
                SendOptions(expires: .at(Date(timeIntervalSince1970: 253_402_300_800))),
                "expires: a date lies in the years 1 to 9999"
            ),
            (SendOptions(id: ""), "a task's id has at least one character"),
            (
                SendOptions(eta: .after(.seconds(Int64.max))),
                "eta: a date lies in the years 1 to 9999"
            ),
        ]
    )
    func badOptions(_ options: SendOptions, _ sentence: String) async throws {
        try await ClientPlace.with { place in
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await place.client.send("t", options: options)
            }
            #expect(failure.kind == .request)
            #expect(failure.description.contains(sentence))
        }
    }

    @Test(
        "no date that ISO 8601 does not have, wherever it stands",
        arguments: [-62_135_596_801, 253_402_300_800, .nan, .infinity, -.infinity] as [Double]
    )
    func badDates(_ seconds: Double) async throws {
        try await ClientPlace.with { place in
            let date = Date(timeIntervalSince1970: seconds)
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await place.client.send("t", [["day": date]])
            }
            #expect(failure.kind == .request)
            #expect(
                failure.description.hasSuffix(
                    "day: a date lies in the years 1 to 9999, and this one does not"
                )
            )
            _ = try await place.client.send("last")
            #expect(try await place.messages().count == 1)
        }
    }

    @Test("the first and the last date there are, and those far ahead")
    func dates() async throws {
        try await ClientPlace.with { place in
            for seconds in [-62_135_596_800, 253_402_300_799, 64_092_211_200] as [Double] {
                _ = try await place.client.send("t", Date(timeIntervalSince1970: seconds))
            }
            let texts = try await place.messages().map { $0["body"]?.elements?.first?.text }
            #expect(
                texts == [
                    #"["0001-01-01T00:00:00+00:00"]"#, #"["9999-12-31T23:59:59+00:00"]"#,
                    #"["4001-01-01T00:00:00+00:00"]"#,
                ]
            )
        }
    }

    @Test("nothing in a Swift task that was cancelled before, and says so")
    func cancelledBefore() async throws {
        try await ClientPlace.with { place in
            let sending = Task {
                while !Task.isCancelled { await Task.yield() }
                var errors: [TaskQueueError] = []
                let task = place.client.task("x")
                for _ in 0..<20 {
                    do throws(TaskQueueError) { _ = try await place.client.send("t") } catch {
                        errors.append(error)
                    }
                }
                do throws(TaskQueueError) { try await task.revoke() } catch { errors.append(error) }
                do throws(TaskQueueError) { try await task.forget() } catch { errors.append(error) }
                do throws(TaskQueueError) { _ = try await task.status() } catch {
                    errors.append(error)
                }
                return errors
            }
            sending.cancel()
            let errors = await sending.value
            #expect(errors.count == 23 && errors.allSatisfy { $0.kind == .cancelled })
            #expect(errors.allSatisfy { $0.description.hasSuffix("nothing was done") })
            _ = try await place.client.send("last")
            #expect(try await place.messages().count == 1)
        }
    }

    @Test("by the options of its type, unless the call says otherwise; with a label or without")
    func optionsOfType() async throws {
        try await ClientPlace.with { place in
            let client = place.client
            _ = try await client.send(Letter(to: "a"))
            _ = try await client.send(Letter(to: "a"), SendOptions(queue: "fast"))
            _ = try await client.send([Letter(to: "a")], options: SendOptions(priority: 1))
            let messages = try await place.messages()
            #expect(messages.map { $0["queue"]?.string } == ["mail", "fast", "mail"])
            #expect(messages.map { $0["priority"]?.integer } == [3, 3, 1])
        }
    }

    @Test("arguments by name, of a task that no type describes")
    func named() async throws {
        try await ClientPlace.with { place in
            let client = place.client
            _ = try await client.send("greet", 1, named: ["name": "Ada"])
            _ = try await client.send("greet", named: Letter(to: "x"), options: .init(queue: "q"))
            let bodies = try await place.messages().map { $0["body"]?.elements?.prefix(2) }
            #expect(
                bodies.map { $0?.map(\.text) } == [
                    ["[1]", #"{"name":"Ada"}"#], ["[]", #"{"to":"x"}"#],
                ]
            )
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await client.send("greet", named: [1])
            }
            #expect(failure.kind == .request && failure.description.contains("have no names"))
        }
    }

    @Test("a task that was sent is known by its id and its client")
    func identity() async throws {
        try await ClientPlace.with { place in
            let tasks = try await [place.client.send("t"), place.client.send("t")]
            #expect(Set(tasks + tasks).count == 2)
            #expect(tasks[0] == place.client.task(tasks[0].id))
        }
    }

    @Test("where the code says, though a settings file has another place for results")
    func ownResults() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(
                "broker_url = \"redis://a\"\nresult_backend = \"redis://b\"\n",
                to: "tq.toml"
            )
            func results(_ configuration: TaskQueueConfiguration) throws -> String {
                "\(try configuration.read().1.backend)"
            }
            var configuration = TaskQueueConfiguration(settingsFile: file)
            #expect(try results(configuration).contains("redis://b"))
            configuration.brokerURL = "sqlite:/own.db"
            #expect(try results(configuration).contains("/own.db"))
            configuration.resultBackendURL = "redis://c"
            #expect(try results(configuration).contains("redis://c"))
            let isolated = TaskQueueConfiguration.isolated(brokerURL: "sqlite:/x.db")
            #expect(try isolated.read().0.file == nil)
            #expect(try results(isolated).contains("/x.db"))
        }
    }

    @Test("but not in memory, where no other program would see it")
    func inMemory() {
        let error = #expect(throws: TaskQueueError.self) {
            _ = try TaskQueueConfiguration.isolated(brokerURL: "sqlite::memory:").read()
        }
        #expect(error?.kind == .settings)
    }

    @Test("no arguments that JSON cannot hold, no task without a name, no id for many")
    func badArguments() async throws {
        try await ClientPlace.with { place in
            let nan = try await error(of: TaskQueueError.self) {
                _ = try await place.client.send("t", ["x": Double.nan])
            }
            #expect(nan.kind == .request)
            let start = "the arguments of task t cannot be written as JSON: x: "
            #expect(nan.description.hasPrefix(start))
            let nameless = try await error(of: TaskQueueError.self) {
                _ = try await place.client.send("", 1)
            }
            #expect(nameless.description.hasPrefix("a task's name has at least one character"))
            let many = try await error(of: TaskQueueError.self) {
                _ = try await place.client.send([Note(text: "")], .init(id: "x"))
            }
            #expect(many.description == "an id or a unique key is for one task, not for many")
        }
    }

    @Test("by no settings that cannot be used, and names them without their passwords")
    func badSettings() async throws {
        try await TemporaryDirectory.with { directory in
            let failure = try await error(of: TaskQueueError.self) {
                _ = try TaskQueueClient(.init(settingsFile: directory.path("none.toml")))
            }
            #expect(failure.kind == .settings)
            let file = directory.path("none.toml")
            #expect(
                failure.description
                    == "cannot read the settings file \(file): No such file or directory"
            )
            let url = try await error(of: TaskQueueError.self) {
                _ = try TaskQueueClient(.init(brokerURL: "redis://:secret@host:port"))
            }
            #expect(url.kind == .settings)
            #expect(url.description.hasPrefix("brokerURL: "))
            #expect(!url.description.contains("secret"))
        }
    }
}
