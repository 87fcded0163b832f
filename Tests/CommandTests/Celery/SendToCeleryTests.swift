import TaskQueue
import TestSupport
import Testing

@Suite(
    "a task that tq-send sends and a Celery worker runs",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct SendToCeleryTests {
    /// Lends a place where a Celery worker serves the queue.
    private func withWorker(_ body: (Workplace) async throws -> Void) async throws {
        try await Workplace.with(.redis) { place in
            try await Celery.withWorker(on: place.url) { _ in try await body(place) }
        }
    }

    @Test("has its result at the shell, whatever it is")
    func results() async throws {
        try await withWorker { place in
            let sum = try await place.shell("tq-send celery_app.add :2 :3 | tq-result --wait -")
            #expect(sum.status == .exited(0))
            #expect(sum.output == "5\n")
            let text = try await place.run("tq-send", "-w", "unicode", "añ☃😀")
            #expect(text.output == "😀☃ña\n")
            let echo = try await place.run(
                "tq-send",
                "-w",
                "celery_app.echo",
                "é",
                ":[1.5, null]",
                "größe:=100000000000000000000"
            )
            let object = try JSONText(echo.succeeded().outputBytes)
            #expect(object[key: "args"]?.elements?.first?.string == "é")
            #expect(object[key: "args"]?.elements?.last?.elements?.map(\.text) == ["1.5", "null"])
            #expect(object[key: "kwargs"]?[key: "größe"]?.text == "100000000000000000000")
            let lines = try await place.shell(
                "seq 50 | sed 's/.*/[&, 1]/' | tq-send -w celery_app.add -"
            )
            #expect(lines.lines == (2...51).map(String.init))
        }
    }

    @Test("ends with 1, and the exception and its traceback, when it raises")
    func failure() async throws {
        try await withWorker { place in
            let outcome = try await place.run(
                "tq-send",
                "-w",
                "--id",
                "f",
                "celery_app.fail",
                "bøøm"
            )
            #expect(outcome.status == .exited(1))
            #expect(outcome.output == "")
            #expect(
                outcome.errors.hasPrefix("tq-send: task f failed: ValueError: bøøm\nTraceback (")
            )
            #expect(outcome.errors.contains("    raise ValueError(message)\n"))
            let record = try JSONText(await place.result("f", "--json").outputBytes)
            #expect(record[key: "error"]?[key: "type"]?.string == "ValueError")
            #expect(record[key: "error"]?[key: "module"]?.string == "builtins")
            let wrong = try await place.run("tq-send", "-w", "celery_app.add", ":1")
            #expect(wrong.status == .exited(1) && wrong.errors.contains("TypeError: "))
        }
    }

    @Test("has the options of tq-send")
    func options() async throws {
        try await withWorker { place in
            let id = try await place.send(
                "-p",
                "3",
                "--expires",
                "@4102444800",
                "--time-limit",
                "30",
                "--soft-time-limit",
                "20.5",
                "celery_app.whoami",
                ":1",
                "k=v"
            )
            let record = try await place.result(id, "--wait", "--timeout", "20").succeeded()
            let seen = try JSONText(record.outputBytes)
            let expected = [
                "id": "\"\(id)\"", "task": #""celery_app.whoami""#, "eta": "null", "retries": "0",
                "expires": #""2100-01-01T00:00:00+00:00""#, "root_id": "\"\(id)\"",
                "parent_id": "null", "ignore_result": "false", "argsrepr": #""(1,)""#,
                "kwargsrepr": #""{'k': 'v'}""#,
            ]
            for (key, value) in expected { #expect(seen[key: key]?.text == value, "\(key)") }
            #expect(seen[key: "timelimit"]?.elements?.map(\.text) == ["30", "20.5"])
            let info = seen[key: "delivery_info"]
            #expect(info?[key: "priority"]?.integer == 3)
            #expect(info?[key: "routing_key"]?.string == "celery")
        }
    }

    @Test("waits for its ETA, expires, and stores no result if nobody wants one")
    func times() async throws {
        try await withWorker { place in
            let delayed = try await place.shell("tq-send -w --in 1.5s celery_app.add :2 :3")
            #expect(delayed.output == "5\n")
            #expect(delayed.duration > .milliseconds(1_500))
            let expired = try await place.shell(
                "tq-send -w --expires @1 --id e celery_app.add :2 :3"
            )
            #expect(expired.status == .exited(5))
            #expect(expired.errors == "tq-send: task e was revoked: TaskRevokedError: expired\n")
            let ignored = try await place.send("--ignore-result", "celery_app.add", ":2", ":3")
            let last = try await place.run("tq-send", "-w", "celery_app.add", ":3", ":4")
            #expect(last.output == "7\n")
            #expect(try await place.redis?.cli("EXISTS", "celery-task-meta-\(ignored)") == "0")
        }
    }

    @Test("tells how far it is while it is waited for")
    func progress() async throws {
        try await withWorker { place in
            let gate = place.path("go.")
            let sending = "tq-send --wait --progress --id x celery_app.steps :3 \(gate)"
            try await place.withProgram(sending) { sender in
                var expected = ""
                for (current, percentage) in [(1, 33), (2, 66), (3, 100)] {
                    expected += "tq-send: task x: \(percentage)% (\(current)/3)\n"
                    try await eventually { sender.errorsSoFar == expected }
                    try place.write("", to: "go.\(current)")
                }
                #expect(try await sender.waitForExit() == .exited(0))
                #expect(sender.outputSoFar == "finished\n" && sender.errorsSoFar == expected)
            }
        }
    }

    @Test("says why it is tried again")
    func retry() async throws {
        try await withWorker { place in
            let id = try await place.send("--id", "x", "celery_app.flaky", place.path("go"))
            try await place.withProgram("tq-result --wait --follow \(id)") { reader in
                let expected = "tq-result: task x is tried again: ValueError: not yet\n"
                try await reader.waitUntilPrinted(expected)
                try place.write("", to: "go")
                #expect(try await reader.waitForExit() == .exited(0))
                #expect(reader.outputSoFar == "1\n" && reader.errorsSoFar == expected)
            }
        }
    }

    @Test("is taken in the order of its priority")
    func priority() async throws {
        try await Workplace.with(.redis) { place in
            let script = "for p in 9 3 0 6; do tq-send -p $p --id $p celery_app.add :2 :$p; done"
            try await place.shell(script).succeeded()
            try await Celery.withWorker(on: place.url) { _ in
                let results = try await place.shell("tq-result -w --json 0 3 6 9").succeeded()
                let done = try results.lines.map { line in
                    let record = try JSONText(line.utf8)
                    return (record[key: "date_done"]?.string ?? "", record[key: "id"]?.string)
                }
                #expect(done.sorted { $0.0 < $1.0 }.map(\.1) == ["0", "3", "6", "9"])
            }
        }
    }
}
