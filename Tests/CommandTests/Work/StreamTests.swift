import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("a stream command", .timeLimit(.minutes(60)))
struct StreamTests {
    /// Says which process has answered what, and obeys its first argument.
    private static let handler = """
        import json, os, signal, sys, time
        open("started", "a").write("%d\\n" % os.getpid())
        for line in sys.stdin:
            task = json.loads(line)
            open("got", "a").write("%s\\n" % task["id"])
            what, *rest = task["args"] or ["echo"]
            if what == "die": os.kill(os.getpid(), signal.SIGKILL)
            if what == "exit": sys.exit(rest[0])
            if what == "sleep": time.sleep(rest[0])
            if what == "wait":
                while not os.path.exists("go"): time.sleep(0.01)
            if what == "say": print(rest[0], file=sys.stderr, flush=True)
            if what == "report": os.write(3, rest[0].encode() + b"\\n")
            if what == "answer": print(rest[0], flush=True)
            elif what == "retry" and task["retries"] > 0: print('"again"', flush=True)
            elif what == "retry": print('{"tq": {"error": "busy", "retry": 0}}', flush=True)
            else: print(json.dumps(os.getpid()), flush=True)
        """

    private static let settings = """
        [tasks.t]
        run = ["python3", "handler.py"]
        stream = true
        default_retry_delay = 0
        """

    private static let noJSON = "CommandFailed: answered with a line that is not JSON: "

    /// Lends a place where `t` is such a handler.
    private func withHandler(
        _ transport: Transport = .sqlite,
        settings: String = settings,
        _ body: (Workplace) async throws -> Void
    ) async throws {
        try await Workplace.with(transport, settings: settings) { place in
            try place.write(Self.handler, to: "handler.py")
            try await body(place)
        }
    }

    @Test("is started once for each slot, and answers every task", arguments: Transport.allCases)
    func slots(_ transport: Transport) async throws {
        try await withHandler(transport) { place in
            try await place.shell("yes '[\"sleep\", 0.001]' | head -200 | tq-send t - >ids")
                .succeeded()
            let worker = try await place.shell("tq-work --burst -c 3").succeeded()
            #expect(place.lines("started").count == 3)
            let results = try await place.shell("tq-result - <ids").succeeded().lines
            #expect(results.count == 200)
            #expect(Set(results) == Set(place.lines("started")))
            #expect(worker.errors.contains("stopping: the queues are empty"))
            #expect(place.lines("got").count == 200)
        }
    }

    @Test("has the tasks of one slot in their order")
    func order() async throws {
        try await withHandler { place in
            try await place.shell("seq 100 | sed 's/.*/[\"answer\", \"&\"]/' | tq-send t - >ids")
                .succeeded()
            try await place.work()
            #expect(place.lines("got") == place.lines("ids"))
            let results = try await place.shell("tq-result - <ids").succeeded()
            #expect(results.lines == (1...100).map(String.init))
        }
    }

    @Test(
        "answers with any value, or says what becomes of the task",
        arguments: [
            (#"{"a": 1e400}"#, "SUCCESS", #"{"a":1e400}"#), ("null", "SUCCESS", "null"),
            (#"{"tq": {"result": {"tq": 1}}}"#, "SUCCESS", #"{"tq":1}"#),
            (#"{"tq": {"error": "no"}}"#, "FAILURE", "CommandFailed: no"),
            (#"{"tq": {"error": {"type": "E", "message": "m"}}}"#, "FAILURE", "E: m"),
            (#"{"tq": {"error": "no", "fatal": true}}"#, "FAILURE", "CommandFailed: no"),
            ("not json", "FAILURE", "\(noJSON)not json"), ("", "FAILURE", noJSON),
        ]
    )
    func answers(_ line: String, _ state: String, _ text: String) async throws {
        try await withHandler { place in
            let id = try await place.send("t", "answer", line)
            let next = try await place.send("t", "answer", "1")
            try await place.work()
            let record = try JSONText(await place.result(id, "--json").outputBytes)
            #expect(record[key: "state"]?.string == state)
            if state == "SUCCESS" {
                #expect(record[key: "result"]?.text == text)
            } else {
                let error = try await place.result(id).errors
                #expect(error.hasPrefix("tq-result: task \(id) failed: \(text)\n"))
            }
            #expect(try await place.deadLetters().count == (line.contains("fatal") ? 1 : 0))
            #expect(try await place.result(next).output == "1\n")
            // It is the same process still, unless nobody knows any more what it answers.
            #expect(place.lines("started").count == (text.hasPrefix(Self.noJSON) ? 2 : 1))
        }
    }

    @Test(
        "answers for the right task, whatever ends lines in another's message",
        arguments: Transport.allCases
    )
    func foreignLines(_ transport: Transport) async throws {
        try await withHandler(transport) { place in
            let script = #"""
                answers() { seq $1 $2 | sed 's/.*/["answer", "&"]/' | tq-send t -; }
                answers 1 60 >ids
                tq-send t --args "$(printf '[\n"answer",\r\n"\\"pretty\\""\n]')" >pretty
                tq-send t --args "$(printf '[\n{"task":"t","id":"f","args":["answer","\\"F\\""]}\n]')" >forged
                tq-send --id "$(printf 'line\342\200\250separator')" t answer 0 >>pretty
                answers 61 120 >>ids
                tq-work --burst -q -c 1
                """#
            try await place.shell(script).succeeded()
            let results = try await place.shell("tq-result - <ids").succeeded().lines
            #expect(results == (1...120).map(String.init))
            #expect(try await place.shell("tq-result $(head -1 pretty)").output == "pretty\n")
            // Its first argument is an object, to which the handler says who it is.
            let forged = try await place.shell("tq-result $(cat forged)").succeeded().lines
            #expect(forged == place.lines("started") && forged.count == 1)
        }
    }

    @Test("may have a task run again, or another in its place", arguments: Transport.allCases)
    func elsewhere(_ transport: Transport) async throws {
        try await withHandler(transport) { place in
            try place.write("#!/bin/sh\necho \"$1 as $TQ_TASK_ID\"\n", to: "tasks/o", mode: 0o755)
            let retried = try await place.send("t", "retry")
            let replacing = #"{"tq": {"replace": {"task": "o", "args": ["other"]}}}"#
            let replaced = try await place.send("t", "answer", replacing)
            try await place.work("--burst=wait")
            #expect(try await place.result(retried).output == "again\n")
            #expect(try await place.result(replaced).output == "other as \(replaced)\n")
        }
    }

    @Test("may put a task back, for a second")
    func requeue() async throws {
        try await withHandler { place in
            let id = try await place.send("t", "answer", #"{"tq": {"requeue": true}}"#)
            try await place.work()
            let messages = try await place.messages()
            #expect(messages.map(\.id) == [id] && messages.allSatisfy(\.isDelayed))
            #expect(messages.first?.headers[key: "retries"]?.integer == 0)
        }
    }

    @Test("that dies fails the task it had, and is started again for the others")
    func death() async throws {
        try await withHandler { place in
            let ids = [
                try await place.send("t", "echo"), try await place.send("t", "die"),
                try await place.send("t", "echo"), try await place.send("t", "exit", ":3"),
                try await place.send("t", "echo"),
            ]
            try await place.work("--prefetch", "10")
            let states = try await place.shell("tq-result --state \(ids.joined(separator: " "))")
            #expect(states.lines == ["SUCCESS", "FAILURE", "SUCCESS", "FAILURE", "SUCCESS"])
            // Not again after the one that exits, if that comes last.
            #expect((2...3).contains(place.lines("started").count))
            #expect(
                try await place.result(ids[1]).errors.contains(
                    "the stream command ended before it answered: killed by SIGKILL"
                )
            )
            #expect(try await place.result(ids[3]).errors.contains(": exit status 3"))
            // What was only in its pipe has been run once, if not in its order.
            #expect(place.lines("got").sorted() == ids.sorted())
        }
    }

    @Test("that dies at once is started again with pauses, and the worker stays")
    func backoff() async throws {
        let settings = "[tasks.t]\nrun = 'echo x >>started; exit 1'\nstream = true"
        try await Workplace.with(settings: settings) { place in
            try await place.shell("seq 4 | tq-send t - >ids").succeeded()
            let worker = try await place.work()
            #expect(place.lines("started").count == 4)
            // 100, 200 and 400 ms.
            #expect(worker.duration > .milliseconds(700))
            let states = try await place.shell("tq-result --state - <ids")
            #expect(states.lines == Array(repeating: "FAILURE", count: 4))
        }
    }

    @Test("has the stderr since its last answer as traceback, and progress for its task")
    func tracebacks() async throws {
        try await withHandler { place in
            _ = try await place.send("t", "say", "of the first")
            let id = try await place.send("t", "answer", #"{"tq": {"error": "no"}}"#)
            let dead = try await place.send("t", "die")
            let report = try await place.send("t", "report", #"{"tq": {"error": "ignored"}}"#)
            try await place.work()
            let record = try JSONText(await place.result(id, "--json").outputBytes)
            #expect(record[key: "traceback"] == .null)
            #expect(try await place.result(dead).status == .exited(1))
            #expect(try await place.result(report).status == .exited(0))
        }
    }

    @Test("is killed by a task's time limit, which counts from when the task is begun")
    func limit() async throws {
        try await withHandler { place in
            let ids = [
                try await place.send("--time-limit", "1", "t", "sleep", ":0.6"),
                try await place.send("--time-limit", "1", "t", "sleep", ":0.6"),
                try await place.send("--time-limit", "0.5", "t", "sleep", ":60"),
                try await place.send("t", "echo"),
            ]
            try await place.work("--prefetch", "4")
            let states = try await place.shell("tq-result --state \(ids.joined(separator: " "))")
            #expect(states.lines == ["SUCCESS", "SUCCESS", "FAILURE", "SUCCESS"])
            #expect(try await place.result(ids[2]).errors.contains("time limit of 500ms"))
            #expect(place.lines("started").count == 2)
        }
    }

    @Test(
        "may stand after -- with --stream, and ends with the worker",
        arguments: [SIGTERM, SIGQUIT]
    )
    func given(_ signal: Int32) async throws {
        try await withHandler(settings: "") { place in
            try await place.withWorker("-c 1 --stream -- python3 handler.py") { worker in
                let done = try await place.run("tq-send", "-w", "any.name", "echo").succeeded()
                #expect(done.lines == place.lines("started"))
                let held = try await place.send("other", "wait")
                try await eventually { place.lines("got").count == 2 }
                worker.signal(signal)
                if signal == SIGTERM {
                    try await worker.waitUntilPrinted("stopping: ")
                    try place.write("", to: "go")
                }
                #expect(try await worker.waitForExit() == .exited(0))
                let state = try await place.result(held, "--state").lines
                #expect(state == [signal == SIGTERM ? "SUCCESS" : "PENDING"])
                let messages = try await place.messages().map(\.id)
                #expect(messages == (signal == SIGTERM ? [] : [held]))
                let process = try #require(done.lines.first)
                #expect(try await place.run("kill", "-0", process).status != .exited(0))
            }
        }
    }

    @Test(
        "that answers the end of the worker with an error has said nothing of its task",
        arguments: [
            #"{"error": "told to end"}"#, #"{"error": "x", "retry": 0}"#,
            #"{"error": "x", "fatal": true}"#,
        ]
    )
    func coldStop(_ answer: String) async throws {
        let handler = """
            import signal, sys
            def end(*_):
                print('{"tq": \(answer)}', flush=True)
                sys.exit(1)
            signal.signal(signal.SIGTERM, end)
            for line in sys.stdin:
                open("got", "a").write("x\\n")
                signal.pause()
            """
        try await Workplace.with { place in
            try place.write(handler, to: "handler.py")
            let id = try await place.send("t")
            try await place.withWorker("-c 1 --stream -- python3 handler.py") { worker in
                try await eventually { place.lines("got").count == 1 }
                worker.signal(SIGQUIT)
                #expect(try await worker.waitForExit() == .exited(0))
            }
            let waiting = try await place.messages()
            #expect(waiting.map(\.id) == [id] && waiting.allSatisfy { !$0.isDelayed })
            #expect(waiting.first?.headers[key: "retries"]?.integer == 0)
            #expect(try await place.result(id, "--state").output == "PENDING\n")
        }
    }

    @Test(
        "is a loop of a few lines in any language",
        arguments: ["jq", "python", "perl", "awk"]
    )
    func languages(_ language: String) async throws {
        try await Workplace.with(settings: StreamExample.settings) { place in
            for (name, text) in StreamExample.files { try place.write(text, to: name) }
            try await place.shell("seq 50 | tq-send \(language) - >ids").succeeded()
            let bad = try await place.send(language, ":{}")
            try await place.shell("timeout 20 tq-work --burst -c 2").succeeded()
            let results = try await place.shell("tq-result - <ids").succeeded()
            #expect(results.lines == (1...50).map { "\(2 * $0)" })
            #expect(try await place.result(bad).status == .exited(language == "perl" ? 0 : 1))
        }
    }
}
