import TaskQueue
import TestSupport
import Testing

@Suite("Workflows from the shell", .timeLimit(.minutes(60)))
struct WorkflowTests {
    static let tasks = [
        "add": "echo $(($1 + ${2:-0}))",
        "total": #"echo "$1" | tr -d '[]' | tr , '\n' | awk '{ sum += $1 } END { print sum }'"#,
        "fail": "exit 3",
        "tell": #"echo "$2 $1" >>told"#,
    ]

    @Test("--then runs a task with the result, --next without it", arguments: Transport.allCases)
    func chain(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.withWorker { _ in
                let sum = try await place.shell(
                    "tq-send -w add :1 :2 --then add :3 --then add :4"
                )
                #expect(try sum.succeeded().output == "10\n")
                let other = try await place.shell("tq-send -w add :1 :2 --next add :3 :4")
                #expect(try other.succeeded().output == "7\n")
            }
        }
    }

    @Test(
        "each part has options of its own, and the id is that of the last",
        arguments: Transport.allCases
    )
    func parts(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let id = try await place.shell(
                "tq-send -Q first add :1 :2 --then -Q second --id last -p 3 add :3"
            ).succeeded().lines
            #expect(id == ["last"])
            #expect(try await place.run("tq-result", "last").status == .exited(3))
            try await place.work("-Q", "first")
            try await place.work("-Q", "second")
            #expect(try await place.result("last").output == "6\n")
        }
    }

    @Test("an id that is used again gives the new outcome", arguments: Transport.allCases)
    func again(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let send = "tq-send --id a add :1 --then --id b add "
            try await place.shell(send + ":2").succeeded()
            try await place.work()
            #expect(try await place.result("b").output == "3\n")
            try await place.shell(send + ":5").succeeded()
            #expect(try await place.run("tq-result", "b").status == .exited(3))
            #expect(try await place.run("tq-result", "a").status == .exited(3))
            try await place.work()
            #expect(try await place.result("b").output == "6\n")
        }
    }

    @Test("a bad line of many is passed over with --keep-going, and told by the status")
    func keepGoing() async throws {
        try await Workplace.with { place in
            let script = "printf '1\n{\n3\n' | tq-send --keep-going add - --then add :1"
            let outcome = try await place.shell(script)
            #expect(outcome.status == .exited(65) && outcome.lines.count == 2)
        }
    }

    @Test("what follows is pending from the start", arguments: Transport.allCases)
    func pending(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let id = try await place.shell("tq-send add :1 --then add :2 --then add :3")
                .succeeded().lines[0]
            #expect(try await place.run("tq-result", id).status == .exited(3))
            try await place.work()
            #expect(try await place.result(id).output == "6\n")
        }
    }

    @Test(
        "a failure fails what was to follow, and calls --on-error with its id",
        arguments: Transport.allCases
    )
    func failure(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let script =
                "tq-send --id broken fail --then add :1 --then add :2 --on-error tell admin"
            let id = try await place.shell(script).succeeded().lines[0]
            try await place.work()
            let outcome = try await place.run("tq-result", id)
            #expect(outcome.status == .exited(1))
            #expect(outcome.errors.contains("failed: CommandFailed: exit status 3"))
            #expect(try await place.shell("cat told").succeeded().output == "admin broken\n")
        }
    }

    @Test(
        "the lines of --group are one, whose results come in their order",
        arguments: Transport.allCases
    )
    func group(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let group = try await place.shell("seq 20 | tq-send --group add -").succeeded().lines
            #expect(group.count == 1)
            #expect(try await place.run("tq-result", group[0]).status == .exited(3))
            try await place.work("-c", "4")
            let results = try await place.run("tq-result", group[0]).succeeded()
            #expect(results.lines == (1...20).map { "\($0)" })
            let waited = try await place.run("tq-result", "--wait", group[0]).succeeded()
            #expect(waited.output == results.output)
        }
    }

    @Test("a group with --then is a chord", arguments: Transport.allCases)
    func chord(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.withWorker("-c 4") { _ in
                let script = "seq 20 | tq-send -w --group add - --then total --then add :1000"
                #expect(try await place.shell(script).succeeded().output == "1210\n")
                let failed = try await place.shell(
                    "printf '1\\n2\\n' | tq-send -w --group fail - --then total --on-error tell x"
                )
                #expect(failed.status == .exited(1))
                #expect(failed.errors.contains("ChordError: Dependency "))
                #expect(
                    failed.errors.contains(" raised CommandFailed('exit status 3')")
                )
            }
        }
    }

    @Test("a group of nothing is a body that is given nothing", arguments: Transport.allCases)
    func emptyGroup(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["show": #"echo "\"<$1>\"""#]) { place in
            let id = try await place.shell("tq-send --group add - --then show </dev/null")
                .succeeded().lines[0]
            try await place.work()
            #expect(try await place.result(id).output == "<[]>\n")
        }
    }

    @Test(
        "--canvas sends a signature from a file and from standard input",
        arguments: Transport.allCases
    )
    func canvas(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let signature = """
                {"task": "celery.chain", "kwargs": {"tasks": [
                    {"task": "add", "args": [1, 2]},
                    {"task": "celery.group", "kwargs": {"tasks": [
                        {"task": "add", "args": [10]}, {"task": "add", "args": [20]}]}},
                    {"task": "total"}]}}
                """
            _ = try place.write(signature, to: "flow.json")
            try await place.withWorker { _ in
                let outcome = try await place.run("tq-send", "-w", "--canvas", "flow.json")
                #expect(try outcome.succeeded().output == "36\n")
                let piped = try await place.run("tq-send", "-w", "--canvas", "-", input: signature)
                #expect(try piped.succeeded().output == "36\n")
            }
        }
    }

    @Test("a task can answer with a workflow in its place", arguments: Transport.allCases)
    func replacement(_ transport: Transport) async throws {
        let steps = #"[{"task": "add", "args": [1, 2]}, {"task": "add", "args": [10]}]"#
        let answer =
            #"{"tq": {"replace": {"task": "celery.chain", "kwargs": {"tasks": \#(steps)}}}}"#
        let tasks = Self.tasks.merging(["plan": "echo '\(answer)' >&3"]) { $1 }
        try await Workplace.with(transport, tasks: tasks) { place in
            try await place.withWorker { _ in
                let alone = try await place.shell("tq-send -w plan")
                #expect(try alone.succeeded().output == "13\n")
                let inChain = try await place.shell("tq-send -w plan --then add :100")
                #expect(try inChain.succeeded().output == "113\n")
            }
        }
    }

    @Test(
        "what cannot be sent is said before anything is",
        arguments: [
            ("tq-send --canvas none.json", 65, "cannot read none.json: No such file or directory"),
            (
                "echo 7 | tq-send --canvas -", 65,
                "standard input is not a signature that can be sent"
            ),
            ("echo '{' | tq-send --canvas -", 65, "standard input is not JSON"),
            (
                #"echo '{"task": "celery.chain"}' | tq-send --canvas -"#, 65,
                "celery.chain is not described as Celery does"
            ),
            ("tq-send add --then", 64, "no TASK given"),
            ("tq-send --then add", 64, "no TASK given"),
            ("tq-send --group add :1", 64, "--group does nothing without -"),
            ("tq-send --unique k add --then add", 64, "--unique and a workflow exclude each other"),
            ("tq-send add --then --unique k add", 64, "exclude each other"),
            ("tq-send add --then add -", 64, "--then and - exclude each other"),
            ("tq-send --canvas x add", 64, "unexpected operand add"),
            (
                "echo 1 | tq-send --group add - --then add --lines", 64,
                "--lines is for the lines of standard input: it stands before --then"
            ),
        ]
    )
    func refusals(_ script: String, _ status: Int32, _ message: String) async throws {
        try await Workplace.with { place in
            let outcome = try await place.shell(script)
            #expect(outcome.status == .exited(status))
            #expect(outcome.errors.contains(message))
            // Nothing was made yet where it would be.
            #expect((try? await place.messages())?.isEmpty ?? true)
        }
    }

    @Test("after --literal and -- nothing begins another part")
    func literal() async throws {
        try await Workplace.with { place in
            try await place.run("tq-send", "--literal", "t", "--then", "u").succeeded()
            try await place.run("tq-send", "t", "--", "--then", "u").succeeded()
            let all = #"["--then","u"]"#
            #expect(try await place.messages().map(\.args) == [all, all])
        }
    }
}
