import TaskQueue
import TaskQueueClient
import TestSupport
import Testing

@Suite("a client waits for results", .timeLimit(.minutes(60)))
struct ResultTests {
    private static let tasks = [
        "add": "echo $(($1 + $2))",
        "thumbnail": "cat",
        "fail": "echo \"about $1\" >&2; exit 3",
        "slow": "echo began >>began; while ! test -e go; do sleep 0.02; done; echo done",
        "note": "true",
    ]

    @Test(
        "the longest time there is, and none at all",
        arguments: [.seconds(Int64.max), .seconds(Int64.min)] as [Duration]
    )
    func extremeTimeouts(_ timeout: Duration) async throws {
        try await ClientPlace.with(tasks: ["t": "echo 1"]) { place in
            let task = try await place.client.send("t", returning: Int.self)
            let wait = Task { try await task.value(timeout: timeout) }
            guard timeout > .zero else {
                let failure = try await error(of: TaskQueueError.self) { _ = try await wait.value }
                return #expect(failure.kind == .timedOut)
            }
            try await place.withWorker {
                let value = try await wait.value
                #expect(value == 1)
            }
        }
    }

    @Test("nobody waits for progress of a task that keeps no result")
    func noProgress() async throws {
        try await ClientPlace.with { place in
            let task = try await place.client.send("t", options: SendOptions(ignoresResult: true))
            let error = try await error(of: TaskQueueError.self) {
                for try await _ in task.progress(Int.self) {}
            }
            #expect(error.kind == .result)
        }
    }

    @Test(
        "of tasks that a type describes, and of others",
        arguments: ClientPlace.Transport.allCases
    )
    func values(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport, tasks: Self.tasks) { place in
            let client = place.client
            try await place.withWorker("-c 2") {
                let request = Thumbnail(path: "ü", width: 7)
                let thumbnail = try await client.send(request)
                let output = try await thumbnail.value(timeout: .seconds(30))
                #expect(output == Thumbnail.Output(id: thumbnail.id, kwargs: request))
                let sum = try await client.send("add", 2, 3, returning: Int.self)
                #expect(try await sum.value() == 5)
                // Again, from elsewhere, and of another type that fits.
                #expect(try await client.task(sum.id, returning: Double.self).value() == 5)
                #expect(try await sum.value(timeout: .zero) == 5)
                #expect(try await sum.status() == .succeeded)
                _ = try await client.send(Note(text: "x")).value(timeout: .seconds(30))
                let wrong = client.task(sum.id, returning: [String].self)
                let failure = try await error(of: TaskQueueError.self) {
                    _ = try await wrong.value()
                }
                #expect(failure.kind == .result)
                #expect(
                    failure.description.hasPrefix(
                        "the result of task \(sum.id) cannot be read as Array<String>: "
                    )
                )
            }
        }
    }

    @Test(
        "a worker that keeps no results ends the wait, also of an id that is used again",
        arguments: ClientPlace.Transport.allCases
    )
    func gone(_ transport: ClientPlace.Transport) async throws {
        let settings = "[tasks.note]\nignore_result = true\n"
        try await ClientPlace.with(transport, tasks: Self.tasks) { place in
            try place.directory.write(settings, to: "worker.toml")
            try await place.withWorker("-q --config worker.toml") {
                let options = SendOptions(id: "job")
                for options in [SendOptions(), options] {
                    let sum = try await place.client.send("add", 1, 2, options: options)
                    _ = try await sum.value(timeout: .seconds(30))
                    let note = try await place.client.send("note", options: options)
                    let failure = try await error(of: TaskQueueError.self) {
                        _ = try await note.value(timeout: .seconds(60))
                    }
                    #expect(failure.kind == .result)
                    #expect(try await note.status() == .unknown)
                }
            }
            let again = try await place.client.send("add", 1, 2, options: SendOptions(id: "job"))
            #expect(try await again.status() == .pending)
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await again.value(timeout: .milliseconds(200))
            }
            #expect(failure.kind == .timedOut)
        }
    }

    @Test("a failure is a typed error", arguments: ClientPlace.Transport.allCases)
    func failure(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport, tasks: Self.tasks) { place in
            try await place.withWorker {
                let task = try await place.client.send("fail", "bøøm")
                let failure = try await error(of: TaskError.self) { _ = try await task.value() }
                #expect(failure.type == "CommandFailed")
                #expect(failure.message == "exit status 3")
                #expect(failure.traceback == "about bøøm")
                #expect(try await task.status() == .failed)
            }
        }
    }

    @Test("an expired task, and one that was revoked, are revoked")
    func revoked() async throws {
        try await ClientPlace.with(.redis, tasks: Self.tasks) { place in
            let options = SendOptions(expires: .after(.seconds(-1)))
            let expired = try await place.client.send("add", 1, 2, options: options)
            let revoked = try await place.client.send("add", 1, 2, returning: Int.self)
            #expect(try await revoked.status() == .pending)
            let wait = Task { try await revoked.value(timeout: .seconds(30)) }
            #expect(try await revoked.revoke())
            let told = try await error(of: TaskError.self) { _ = try await wait.value }
            #expect(told == TaskError("TaskRevokedError", "revoked"))
            #expect(try await revoked.status() == .revoked)
            #expect(try await !revoked.revoke())
            try await place.withWorker {
                let failure = try await error(of: TaskError.self) {
                    _ = try await expired.value(timeout: .seconds(30))
                }
                #expect(failure == TaskError("TaskRevokedError", "expired"))
            }
        }
    }

    @Test("a timeout is an error, and zero looks once", arguments: ClientPlace.Transport.allCases)
    func timeout(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport) { place in
            let task = try await place.client.send("t", returning: Int.self)
            let failure = try await error(of: TaskQueueError.self) {
                _ = try await task.value(timeout: .milliseconds(200))
            }
            #expect(failure.kind == .timedOut)
            #expect(failure.description == "task \(task.id) has not ended in 200ms")
            let now = try await error(of: TaskQueueError.self) {
                _ = try await task.value(timeout: .zero)
            }
            #expect(now.description == "task \(task.id) has not ended")
        }
    }

    @Test("who is cancelled waits no more")
    func cancellation() async throws {
        try await ClientPlace.with(.redis) { place in
            let task = try await place.client.send("t", returning: Int.self)
            let waits = (0..<50).map { _ in Task { try await task.value() } }
            let redis = try #require(place.redis)
            let channel = "celery-task-meta-\(task.id)"
            try await eventually {
                try await redis.cli("PUBSUB", "NUMSUB", channel) == "\(channel)\n1"
            }
            for wait in waits { wait.cancel() }
            for wait in waits {
                await #expect(throws: CancellationError.self) { try await wait.value }
            }
            // Nor does the client listen any more.
            try await eventually {
                try await redis.cli("PUBSUB", "NUMSUB", channel) == "\(channel)\n0"
            }
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await task.value()
            }
            await #expect(throws: CancellationError.self) { try await early.value }
        }
    }

    @Test("a delayed task is pending, one that runs is under way, a forgotten one is unknown")
    func status() async throws {
        try await ClientPlace.with(.redis, tasks: Self.tasks) { place in
            let client = place.client
            let later = try await client.send("add", options: .init(eta: .after(.seconds(600))))
            #expect(try await later.status() == .pending)
            #expect(try await client.task("nobody's").status() == .unknown)
            try await place.withWorker {
                let reporting = try await client.send("slow")
                try await eventually {
                    (try? place.directory.text("began")) == "began\n"
                }
                #expect(try await reporting.status() == .pending)
                try place.directory.write("", to: "go")
                _ = try await reporting.value(timeout: .seconds(30))
                try await reporting.forget()
                #expect(try await reporting.status() == .unknown)
            }
        }
    }

    @Test(
        "progress is a sequence that ends with the task",
        arguments: ClientPlace.Transport.allCases
    )
    func progress(_ transport: ClientPlace.Transport) async throws {
        struct Steps: Decodable, Equatable {
            var current: Int
            var total: Int?
        }
        let script = """
            for n in 1 2 3; do
                echo '{"current": '$n', "total": 3}' >&3
                while ! test -e go$n; do sleep 0.02; done
            done
            echo end
            """
        try await ClientPlace.with(transport, tasks: ["t": script]) { place in
            let task = try await place.client.send("t", returning: String.self)
            try await place.withWorker {
                var heard: [Steps] = []
                for try await steps in task.progress(Steps.self) {
                    heard.append(steps)
                    // Who comes later is told of the last report, too.
                    var late = place.client.task(task.id).progress(Steps.self)
                        .makeAsyncIterator()
                    #expect(try await late.next() == steps)
                    #expect(try await task.status() == .underWay("PROGRESS"))
                    try place.directory.write("", to: "go\(steps.current)")
                }
                #expect(heard == (1...3).map { Steps(current: $0, total: 3) })
                #expect(try await task.value(timeout: .zero) == "end")
                for try await _ in task.progress(Steps.self) { Issue.record("it has ended") }
            }
        }
    }

    @Test("a report of another type ends the sequence with an error")
    func badReport() async throws {
        let script = "echo '{\"current\": 1}' >&3; while ! test -e go; do sleep 0.02; done"
        try await ClientPlace.with(tasks: ["t": script]) { place in
            let task = try await place.client.send("t")
            try await place.withWorker {
                let failure = try await error(of: TaskQueueError.self) {
                    for try await _ in task.progress(Int.self) {}
                }
                #expect(failure.kind == .result)
                let start = "a report of task \(task.id) cannot be read as Int: "
                #expect(failure.description.hasPrefix(start))
                try place.directory.write("", to: "go")
            }
        }
    }

    @Test(
        "a thousand at once",
        arguments: ClientPlace.Transport.allCases
    )
    func thousand(_ transport: ClientPlace.Transport) async throws {
        try await ClientPlace.with(transport, settings: "[tasks.t]\nrun = 'cat'\nstream = true\n") {
            place in
            let tasks = try await place.client.send((0..<1000).map { Echo(number: $0) })
            let waits = tasks.map { task in Task { try await task.value(timeout: .seconds(120)) } }
            try await place.withWorker("-c 2") {
                for (number, wait) in waits.enumerated() {
                    let value = try await wait.value
                    #expect(value.kwargs.number == number)
                }
            }
        }
    }

    private struct Echo: TaskRequest {
        static let taskName = "t"

        struct Output: Codable, Sendable {
            var kwargs: Echo
        }

        var number: Int
    }
}
