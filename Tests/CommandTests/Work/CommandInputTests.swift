import TaskQueue
import TestSupport
import Testing

@Suite("what a command is given", .timeLimit(.minutes(60)))
struct CommandInputTests {
    @Test("is the task as one JSON object on one line", arguments: Transport.allCases)
    func object(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send(
                "-p",
                "3",
                "-Q",
                "q",
                "--expires",
                "@4102444800",
                "--time-limit",
                "30",
                "some.task",
                ":1",
                "k=v"
            )
            try await place.work("-Q", "q", "--", "cat")
            let object = try JSONText(await place.result(id).succeeded().outputBytes)
            let keys = try #require(object.members).map(\.key)
            #expect(
                keys == [
                    "id", "task", "args", "kwargs", "queue", "priority", "retries", "eta",
                    "expires", "timelimit", "root_id", "parent_id", "group", "headers",
                    "properties",
                ]
            )
            let values = [
                "id": "\"\(id)\"", "task": #""some.task""#, "args": "[1]", "kwargs": #"{"k":"v"}"#,
                "queue": #""q""#, "priority": "3", "retries": "0", "eta": "null",
                "expires": #""2100-01-01T00:00:00+00:00""#, "timelimit": "[30,null]",
                "root_id": "\"\(id)\"", "parent_id": "null", "group": "null",
            ]
            for (key, value) in values { #expect(object[key: key]?.text == value, "\(key)") }
            #expect(object[key: "headers"]?[key: "lang"]?.string == "sh")
            #expect(object[key: "properties"]?[key: "correlation_id"]?.string == id)
        }
    }

    @Test("holds arguments as they were sent, to the digit", arguments: Transport.allCases)
    func digits(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let args =
                #"[18446744073709551616, 1e400,0.1, -0, 1.10,"é☃\u00e9\/","\ud800", {"a":1,"a":2}]"#
            _ = try await place.send("--args", args, "--kwargs", #"{"z": 1E+2}"#, "t")
            try await place.work("--", "sh", "-c", "cat >got")
            let output = try #require(place.lines("got").first)
            #expect(output.contains("\"args\":\(args),"))
            #expect(output.contains(#""kwargs":{"z": 1E+2},"#))
        }
    }

    @Test("has the task in its environment, and the worker's broker", arguments: Transport.allCases)
    func environment(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            let id = try await place.send(
                "-Q",
                "q",
                "--max-retries",
                "4",
                "t"
            )
            try await place.work("-Q", "q", "--", "sh", "-c", "env | grep ^TQ_ | sort")
            let lines = try await place.result(id).succeeded().lines
            #expect(
                lines == [
                    "TQ_BROKER_URL=\(place.url)", "TQ_MAX_RETRIES=4", "TQ_QUEUE=q",
                    "TQ_RESULT_BACKEND=\(place.url)", "TQ_RETRIES=0", "TQ_ROOT_ID=\(id)",
                    "TQ_TASK=t", "TQ_TASK_ID=\(id)",
                ]
            )
        }
    }

    @Test(
        "a trace goes on from the sender, through a command, to what its tq-send sends",
        arguments: [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("no place in a trace", false),
        ]
    )
    func trace(_ text: String, _ goesOn: Bool) async throws {
        let tasks = ["parent": "tq-send child", "child": "echo is $TRACEPARENT"]
        try await Workplace.with(tasks: tasks) { place in
            let environment = ["TRACEPARENT": text]
            let sent = try await place.run("tq-send", "parent", environment: environment)
            try await place.work()
            let child = try await place.result(sent.output.trimmed).output.trimmed
            let output = try await place.result(child).output.trimmed
            #expect(output == (goesOn ? "is \(text)" : "is"))
        }
    }

    @Test("makes a tq-send inside a task its child, on the worker's broker")
    func children() async throws {
        let tasks = ["grandparent": "tq-send parent", "parent": "tq-send child"]
        try await Workplace.with(tasks: tasks) { place in
            let root = try await place.send("grandparent")
            // The worker finds its broker by an option, the commands by what it tells them.
            let options = "--burst -c 1 -b \(place.url)"
            try await place.shell("unset TQ_BROKER_URL; tq-work \(options)").succeeded()
            let parent = try await place.result(root).output.trimmed
            let child = try await place.result(parent).output.trimmed
            let letter = try #require(try await place.query("SELECT * FROM dead").first)
            #expect(letter[key: "id"]?.string == child)
            let row = try #require(
                try await place.query("SELECT CAST(headers AS TEXT) AS headers FROM dead_letters")
                    .first?[key: "headers"]?.string
            )
            let headers = try JSONText(row.utf8)
            #expect(headers[key: "parent_id"]?.string == parent)
            #expect(headers[key: "root_id"]?.string == root)
        }
    }

    @Test("may be left unread, be it 5 MB long")
    func unread() async throws {
        try await Workplace.with { place in
            let script = "{ head -c 5000000 /dev/zero | tr '\\0' x; echo; } | tq-send --lines t -"
            let id = try await place.shell(script).succeeded().output.trimmed
            try await place.work("--", "echo", "done")
            #expect(try await place.result(id).output == "done\n")
        }
    }

    @Test("does not fit on a command line when it is 5 MB long, which fails the task")
    func tooLongForACommandLine() async throws {
        try await Workplace.with { place in
            let script = "{ head -c 5000000 /dev/zero | tr '\\0' x; echo; } | tq-send --lines t -"
            let id = try await place.shell(script).succeeded().output.trimmed
            try await place.work("--", "echo", "{1}")
            let outcome = try await place.result(id)
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("argument 1 is too long for a command line, where"))
        }
    }

    @Test(
        "is on standard input alone if a command line cannot hold it, for who does not ask for more",
        arguments: [
            #"["\#(String(repeating: "x", count: 131_072))"]"#, #"["a\u0000b"]"#, #"[1, "\ud800"]"#,
            "[\(String(repeating: "0,", count: 800_000))0]",
            "[\(String(repeating: "\"\(String(repeating: "y", count: 100_000))\",", count: 30))0]",
        ]
    )
    func onStandardInputAlone(_ args: String) async throws {
        let settings = """
            [tasks.line]
            run = 'echo lines; wc -l'
            [tasks.asks]
            run = 'echo "${1}"'
            [tasks.second]
            run = ["echo", "{2}"]
            """
        try await Workplace.with(settings: settings, tasks: ["file": "wc -l; echo $#"]) { place in
            let message = #"{"task": "NAME", "args": \#(args)}"#
            var ids: [String: String] = [:]
            for task in ["file", "line", "asks"] {
                let input = message.replacing("NAME", with: task) + "\n"
                let sent = try await place.run("tq-send", "-", input: input)
                ids[task] = try sent.succeeded().output.trimmed
            }
            let worker = try await place.work()
            #expect(worker.errors.contains("no arguments are passed: "))
            #expect(try await place.result(ids["file"] ?? "").output == "1\n0\n")
            #expect(try await place.result(ids["line"] ?? "").output == "lines\n1\n")
            let asks = try await place.result(ids["asks"] ?? "")
            #expect(
                asks.status == .exited(1)
                    && asks.errors.contains(/command line|Argument list|not text/)
            )
        }
    }

    @Test("of an argument vector: the arguments that it does not name may be anything")
    func unnamed() async throws {
        try await Workplace.with { place in
            let id = try await place.send("--args", #"["a\u0000", "b", "\ud800"]"#, "t")
            try await place.work("--", "echo", "{2}")
            #expect(try await place.result(id).output == "b\n")
        }
    }

    @Test("costs no memory by being many arguments")
    func manyArguments() async throws {
        try await Workplace.with(tasks: ["t": "wc -c"]) { place in
            let input =
                #"{"task":"t","args":["# + String(repeating: "0,", count: 3_000_000) + "0]}\n"
            let id = try await place.run("tq-send", "-", input: input).succeeded().output.trimmed
            try await place.withWorker { worker in
                let result = try await place.result(id, "--wait", "--timeout", "60")
                #expect(result.status == .exited(0))
                #expect(worker.peakMemory < 100 << 20)
            }
        }
    }

    @Test("leaks no descriptor, leads a process group, and ignores no signal")
    func process() async throws {
        try await Workplace.with { place in
            let script = """
                ls /proc/self/fd | wc -l
                read -r id name state parent group rest </proc/$$/stat
                echo $group; echo $$
                grep -E '^Sig(Ign|Blk)' /proc/self/status
                """
            let id = try await place.send("t")
            try await place.work("--", "sh", "-c", script)
            let lines = try await place.result(id).succeeded().lines
            // Standard streams, that of progress, and the folder that ls has open.
            #expect(lines.first == "5")
            #expect(lines[1] == lines[2])
            let masks = lines.suffix(2).compactMap { UInt64($0.suffix(16), radix: 16) }
            // From 32 on they are the C library's own.
            #expect(masks.map { $0 & 0x7FFF_FFFF } == [0, 0])
        }
    }
}

extension String {
    /// Without the newline at its end.
    var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
