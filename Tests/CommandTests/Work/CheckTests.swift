import TestSupport
import Testing

@Suite("tq-work --check", .timeLimit(.minutes(60)))
struct CheckTests {
    private static let settings = """
        task_default_queue = "main"
        worker_concurrency = 3
        [tasks.line]
        run = 'echo "$1"'
        [tasks.vector]
        run = ["printf", "--", "%s", "{1}"]
        """

    @Test("prints the plan and runs nothing", arguments: Transport.allCases)
    func plan(_ transport: Transport) async throws {
        // A server that saves nothing is warned of.
        try await Workplace.with(
            transport,
            settings: Self.settings,
            tasks: ["file": "touch ran"],
            redis: ["--appendonly", "yes"]
        ) { place in
            _ = try await place.send("-Q", "main", "file")
            let outcome = try await place.run("tq-work", "--check", "-n", "w@h").succeeded()
            #expect(outcome.errors == "")
            #expect(
                outcome.output == """
                    worker       w@h
                    broker       \(place.url)
                    results      \(place.url)
                    queues       main
                    concurrency  3
                    task         file: \(place.path("tasks/file"))
                    task         line: sh -c 'echo "$1"'
                    task         vector: printf -- %s {1}

                    """
            )
            #expect(try await place.messages(in: "main").count == 1)
        }
    }

    @Test("shows what stands on the command line before all else")
    func given() async throws {
        let outcome = try await run("tq-work", "--check", "--", "cat")
        #expect(outcome.lines.last == "task         *: cat")
        let none = try await run("tq-work", "--check")
        #expect(none.lines.last == "task         none is configured")
        #expect(none.status == .exited(78))
    }

    @Test("says what is not replaced, and where an argument could become an option")
    func remarks() async throws {
        try await Workplace.with { place in
            let check = try await place.shell("tq-work --check -- printf {1} x{.} out/{1}")
            #expect(check.status == .exited(0))
            #expect(
                check.errors == """
                    tq-work: task *: {.} is not replaced: only {1}, {2} ..., {} and {args} are
                    tq-work: task *: an argument that begins with - is an option there: write -- \
                    before {1} if the program knows that

                    """
            )
            let refused = try await place.shell("tq-work --check -- echo out/{args}")
            #expect(refused.status == .exited(64))
            try place.write("[tasks.t]\nrun = ['cat', '{1}']\nstream = true", to: "tq.toml")
            let stream = try await place.shell("tq-work --check")
            #expect(stream.status == .exited(78))
            #expect(stream.errors.contains("a stream command has no arguments"))
        }
    }

    @Test("ends with 78 and names each command that cannot be run")
    func missing() async throws {
        let settings = """
            [tasks.a]
            run = ["no-such-program"]
            [tasks.b]
            run = ["./no-such-file", "{1}"]
            [tasks.c]
            run = "true"
            working_directory = "/no-such-folder"
            """
        try await Workplace.with(settings: settings) { place in
            let outcome = try await place.run("tq-work", "--check")
            #expect(outcome.status == .exited(78))
            #expect(
                outcome.errors == """
                    tq-work: task a: no-such-program is not a program that can be run: check the \
                    name and $PATH
                        task b: ./no-such-file is not a program that can be run: check the name and \
                    $PATH
                        task c: the working directory /no-such-folder cannot be entered: No such \
                    file or directory

                    """
            )
        }
    }

    @Test("ends with 69 when the broker is not there, having printed the plan")
    func noBroker() async throws {
        let outcome = try await run("tq-work", "--check", "-b", "redis://127.0.0.1:1", "--", "cat")
        #expect(outcome.status == .exited(69))
        #expect(outcome.lines.contains("broker       redis://127.0.0.1:1"))
        #expect(
            outcome.errors
                == "tq-work: cannot reach redis://127.0.0.1:1: Connection refused: "
                + "start the server there, or name another with --broker\n"
        )
    }

    @Test("prints no password")
    func password() async throws {
        try await RedisServer.with(password: "hunter2") { server in
            let outcome = try await run("tq-work", "--check", "-b", server.url, "--", "cat")
            #expect(outcome.status == .exited(0))
            #expect(outcome.output.contains("redis://:***@127.0.0.1:\(server.port)"))
            #expect(!outcome.output.contains("hunter2") && !outcome.errors.contains("hunter2"))
        }
    }
}
