import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("a task that is tried again", .timeLimit(.minutes(60)))
struct RetryTests {
    /// Fails until it was tried twice, and keeps a record of that.
    private static let third = """
        echo "$TQ_RETRIES of $TQ_MAX_RETRIES" >>tries
        test $TQ_RETRIES = 2 && { echo "done by $TQ_TASK_ID"; exit; }
        echo why >&2; echo 0.05;
        """

    /// The record that `tq-result --json` has of a task.
    private func record(_ id: String, _ place: Workplace) async throws -> JSONText {
        try JSONText(await place.result(id, "--json").outputBytes)
    }

    @Test(
        "runs again after the delay that its command asks for, under the same id",
        arguments: Transport.allCases,
        [75, 111]
    )
    func again(_ transport: Transport, _ status: Int) async throws {
        let tasks = ["t": "\(Self.third) exit \(status)"]
        try await Workplace.with(transport, tasks: tasks) { place in
            let id = try await place.send("t")
            let log = try await place.work("--burst=wait").errors
            #expect(place.lines("tries") == ["0 of 3", "1 of 3", "2 of 3"])
            #expect(try await place.result(id).output == "done by \(id)\n")
            #expect(log.contains("is tried again in 50ms (retry 1)"))
            #expect(log.contains("is tried again in 50ms (retry 2)"))
        }
    }

    @Test(
        "waits in the broker as it was sent, and its state says so; --burst does not wait for it",
        arguments: Transport.allCases
    )
    func waits(_ transport: Transport) async throws {
        let tasks = ["t": "echo why >&2; echo 1h; exit 75"]
        try await Workplace.with(transport, tasks: tasks) { place in
            let id = try await place.send("-p", "3", "t", ":[1.0, 1e400]", "é☃", "k:={\"b\":1}")
            let before = try #require(try await place.messages().first)
            try await place.work()
            let after = try #require(try await place.messages().first)
            #expect(after.isDelayed && !before.isDelayed)
            #expect(after.body.bytes == before.body.bytes)
            #expect(after.id == id && after.task == "t" && after.priority == 3)
            #expect(after.headers[key: "retries"]?.integer == 1)
            #expect(after.headers[key: "parent_id"]?.string == id)
            #expect(after.headers[key: "root_id"]?.string == id)
            let text = try #require(after.headers[key: "eta"]?.string)
            let eta = try #require(Timestamp(iso8601: text))
            #expect((.seconds(3_500)...(.seconds(3_600))).contains(eta - Timestamp.now()))
            let record = try await record(id, place)
            #expect(record[key: "state"]?.string == "RETRY")
            #expect(record[key: "traceback"]?.string == "why")
            #expect(record[key: "error"]?[key: "type"]?.string == "CommandFailed")
            #expect(record[key: "date_done"] == .null)
            #expect(try await place.result(id).status == .exited(3))
        }
    }

    @Test("outlives a worker that is killed meanwhile", arguments: Transport.allCases)
    func killed(_ transport: Transport) async throws {
        let tasks = ["t": "test $TQ_RETRIES = 1 && exit; echo 1; exit 75"]
        try await Workplace.with(transport, tasks: tasks) { place in
            let id = try await place.send("t")
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("(retry 1)")
                try await eventually { try await place.messages().first?.isDelayed ?? false }
                worker.signal(SIGKILL)
                try await worker.waitForExit()
            }
            try await place.withWorker { _ in
                let outcome = try await place.result(id, "--wait", "--timeout", "10")
                #expect(outcome.status == .exited(0))
            }
        }
    }

    @Test("is chosen by retry_on and fatal_on, which name statuses and signals")
    func conditions() async throws {
        let settings = """
            [tasks."*"]
            max_retries = 1
            default_retry_delay = 0
            retry_on = [3, "SIGKILL"]
            [tasks.any]
            retry_on = ["any"]
            fatal_on = [4]
            """
        let script = "echo $1 >>tries; test $1 -gt 0 && exit $1 || kill $1 $$"
        let tasks = ["t": script, "any": script]
        try await Workplace.with(settings: settings, tasks: tasks) { place in
            for ending in ["3", "5", "-9", "-11"] { _ = try await place.send("--", "t", ending) }
            for ending in ["6", "4", "-15"] { _ = try await place.send("--", "any", ending) }
            try await place.work("--burst=wait")
            let tries = place.lines("tries").sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
            #expect(tries == ["-15", "-15", "-11", "-9", "-9", "3", "3", "4", "5", "6", "6"])
            // Out of retries, or fatal; 5 and SIGSEGV have simply failed.
            let reasons = try await place.deadLetters().map(\.reason).sorted()
            #expect(
                reasons == [
                    "CommandFailed: exit status 3 (given up after 1 retry)",
                    "CommandFailed: exit status 4",
                    "CommandFailed: exit status 6 (given up after 1 retry)",
                    "CommandFailed: killed by SIGKILL (given up after 1 retry)",
                    "CommandFailed: killed by SIGTERM (given up after 1 retry)",
                ]
            )
        }
    }

    @Test(
        "is tried as often as its settings say, or its message",
        arguments: Transport.allCases
    )
    func count(_ transport: Transport) async throws {
        let settings = """
            [tasks."*"]
            default_retry_delay = 0
            [tasks.two]
            max_retries = 2
            [tasks.none]
            max_retries = 0
            [tasks.ever]
            max_retries = -1
            """
        let script = """
            echo $TQ_TASK $TQ_RETRIES ${TQ_MAX_RETRIES-none} >>tries
            test $TQ_RETRIES = 6 || exit 75
            """
        let tasks = ["two": script, "none": script, "ever": script]
        try await Workplace.with(transport, settings: settings, tasks: tasks) { place in
            for task in ["two", "none", "ever"] { _ = try await place.send("--id", task, task) }
            _ = try await place.send("--id", "own", "--max-retries", "1", "ever")
            try await place.work("--burst=wait")
            let own = ["ever 0 1", "ever 1 1"]
            let ever = (0...6).map { "ever \($0) none" }
            let others = ["none 0 0", "two 0 2", "two 1 2", "two 2 2"]
            #expect(place.lines("tries").sorted() == (own + ever + others).sorted())
            let states = try await place.run("tq-result", "--state", "two", "none", "ever", "own")
            #expect(states.lines == ["FAILURE", "FAILURE", "SUCCESS", "FAILURE"])
            let letters = try await place.deadLetters()
            #expect(letters.compactMap(\.id).sorted() == ["none", "own", "two"])
            let message = try await record("two", place)[key: "error"]?[key: "message"]?.text
            let text = #"["exit status 75: asked to be tried again (given up after 2 retries)"]"#
            #expect(message == text)
        }
    }

    @Test("waits longer each time with retry_backoff, and no longer than retry_backoff_max")
    func backoff() async throws {
        let settings = """
            [tasks.t]
            retry_backoff = "100ms"
            retry_backoff_max = "250ms"
            retry_jitter = false
            retry_on = ["any"]
            max_retries = 4
            """
        try await Workplace.with(settings: settings, tasks: ["t": "exit 1"]) { place in
            _ = try await place.send("t")
            let log = try await place.work("--burst=wait").errors
            let delays = log.matches(of: /tried again in (\w+) \(retry (\d)\)/).map {
                "\($0.output.2): \($0.output.1)"
            }
            #expect(delays == ["1: 100ms", "2: 200ms", "3: 250ms", "4: 250ms"])
            #expect(log.contains(", and is not tried again: CommandFailed: exit status 1 task=t"))
        }
    }

    @Test("without a wish for its result leaves none", arguments: Transport.allCases)
    func ignored(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": "echo 1h; exit 75"]) { place in
            let id = try await place.send("--ignore-result", "t")
            try await place.work()
            #expect(try await place.messages().map(\.isDelayed) == [true])
            #expect(try await place.result(id, "--state").output != "RETRY\n")
        }
    }
}
