import TestSupport
import Testing

@Suite("which command tq-work runs", .timeLimit(.minutes(60)))
struct HandlerTests {
    /// What the task prints with these settings and options, or why it has not run.
    private func result(
        of task: String,
        _ arguments: [String] = [],
        settings: String? = nil,
        tasks: [String: String] = [:],
        worker options: [String] = []
    ) async throws -> String {
        try await Workplace.with(settings: settings, tasks: tasks) { place in
            let send = ["--id", "x", "--", task] + arguments
            try await TestSupport.run(
                "tq-send",
                arguments: send,
                environment: place.environment
            ).succeeded()
            let worker = try await TestSupport.run(
                "tq-work",
                arguments: ["--burst"] + options,
                environment: place.environment,
                directory: place.path
            )
            try worker.succeeded()
            let outcome = try await place.result("x")
            return outcome.status == .exited(0) ? outcome.output : outcome.errors
        }
    }

    @Test(
        "an argument vector has its placeholders replaced, and nothing added",
        arguments: [
            (["printf", "<%s>", "{2}", "{1}"], "<b c><a>"),
            (["printf", "<%s>", "{args}"], "<a><b c><3><[4, null]>"),
            (
                ["printf", "<%s>", "{4}", "x{1}", "{1}x", "{0}", "{}", "{x}"],
                "<[4, null]><xa><ax><{0}><a><{x}>"
            ),
            (["printf", "<%s>", "{args}", "{1}"], "<a><b c><3><[4, null]><a>"),
            (["printf", "<%s>"], "<>"),
        ]
    )
    func vector(_ command: [String], _ printed: String) async throws {
        let words = ["a", "b c", ":3", ":[4, null]"]
        let output = try await result(of: "t", words, worker: ["--"] + command)
        #expect(output == "\(printed)\n")
    }

    @Test("data stays data, whatever it looks like")
    func data() async throws {
        let word = "$(touch pwned); `id` 'x' \"y\" \\ * {2} {args}"
        let output = try await result(
            of: "t",
            [word, "-n"],
            worker: ["--", "printf", "%s|", "{1}", "{2}"]
        )
        #expect(output == "\(word)|-n|\n")
        let shell = #"[tasks.t]\#nrun = 'printf "%s|" "$@"'"#
        #expect(try await result(of: "t", [word, "-n"], settings: shell) == "\(word)|-n|\n")
        let file = try await result(of: "t", [word], tasks: ["t": #"printf %s "$1""#])
        #expect(file == "\(word)\n")
    }

    @Test("a vector that wants an argument which the task lacks fails the task")
    func missingArgument() async throws {
        let errors = try await result(of: "t", ["a"], worker: ["--", "echo", "{2}"])
        #expect(errors.contains("the command wants argument {2}, and the task has 1"))
    }

    @Test("an argument that no command line can hold fails the task")
    func impossibleArgument() async throws {
        let zero = try await result(of: "t", [#":"a\u0000b""#], worker: ["--", "echo", "{1}"])
        #expect(zero.contains("argument 1 holds a NUL byte, which no command line can"))
        let half = try await result(of: "t", [#":"\ud800""#], worker: ["--", "echo", "{1}"])
        #expect(half.contains("argument 1 holds half a surrogate pair, which is not text"))
    }

    private static let settings = """
        [tasks.line]
        run = 'echo "line $0 $# $1 $2"'
        [tasks."a.vector"]
        run = ["printf", "vector %s %s", "{2}", "{1}"]
        """

    @Test(
        "the settings name a shell line or a vector",
        arguments: [("line", "line line 2 a [1]\n"), ("a.vector", "vector [1] a\n")]
    )
    func configured(_ task: String, _ output: String) async throws {
        #expect(try await result(of: task, ["a", ":[1]"], settings: Self.settings) == output)
    }

    @Test("a file of the tasks directory, also in a folder of it, is the task of its name")
    func directory() async throws {
        let tasks = ["top": "echo top \"$@\"", "sms.now.send": "echo sms \"$@\""]
        #expect(try await result(of: "top", ["1"], tasks: tasks) == "top 1\n")
        #expect(try await result(of: "sms.now.send", ["1", ":2"], tasks: tasks) == "sms 1 2\n")
    }

    @Test("the command line comes before the settings, and these before the tasks directory")
    func precedence() async throws {
        let settings = "[tasks.line]\nrun = 'echo settings'"
        let tasks = ["line": "echo file"]
        #expect(try await result(of: "line", tasks: tasks) == "file\n")
        #expect(try await result(of: "line", settings: settings, tasks: tasks) == "settings\n")
        let given = ["--task", "line", "--task", "b", "--", "echo", "given"]
        #expect(
            try await result(of: "line", settings: settings, tasks: tasks, worker: given)
                == "given\n"
        )
        let other = ["--task", "other", "--", "echo", "given"]
        #expect(
            try await result(of: "line", settings: settings, tasks: tasks, worker: other)
                == "settings\n"
        )
    }

    @Test("working_directory and env are the task's own")
    func surroundings() async throws {
        let settings = """
            [tasks.where]
            run = 'pwd; echo "$GREETING $TZ"'
            working_directory = "/usr"
            env = { GREETING = "hello", TZ = "Asia/Shanghai" }
            """
        let output = try await result(of: "where", settings: settings)
        #expect(output == "/usr\nhello Asia/Shanghai\n")
    }
}
