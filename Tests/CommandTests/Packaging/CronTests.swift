import Glibc
import TestSupport
import Testing

@Suite(
    "the line for cron",
    .timeLimit(.minutes(60)),
    .requires(Program.isInstalled("flock"), "flock")
)
struct CronTests {
    /// What cron sets, and less: some set no HOME.
    private static let environment: [String: String?] = [
        "HOME": nil, "LC_ALL": nil, "TZ": nil, "TQ_BROKER_URL": nil,
        "LOGNAME": "root", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin",
    ]

    /// A folder with settings that name a broker, and tasks.
    private static func withCron(
        _ transport: Transport,
        tasks: [String: String],
        _ body: (Workplace, _ line: String) async throws -> Void
    ) async throws {
        try await Workplace.with(transport, tasks: tasks) { place in
            try place.write("broker_url = '\(place.url)'", to: "tq.toml")
            var file = try PackagedFile("crontab")
            try file.replace("/srv/app", by: place.path)
            try file.replace("/usr/local/bin", by: Program.builtDirectory)
            let line = try #require(file.lines(commentedBy: "#").last)
            #expect(line.hasPrefix("* * * * * "))
            // crontab(5): a percent sign would end the command.
            #expect(!line.contains("%"))
            try await body(place, String(line.dropFirst("* * * * * ".count)))
        }
    }

    private static func runAsCron(_ line: String, in place: Workplace) async throws -> Outcome {
        try await place.run("/bin/sh", "-c", "cd / && \(line)", environment: environment)
    }

    @Test(
        "runs what is there, prints nothing, and ends, with hardly any environment and no terminal",
        arguments: Transport.allCases
    )
    func burst(_ transport: Transport) async throws {
        let script = "test ! -t 0; echo \"$1\" >>done; env >environment; tty >tty; true"
        try await Self.withCron(transport, tasks: ["t": script]) { place, line in
            for number in ["1", "2", "3"] { _ = try await place.send("t", number) }
            let outcome = try await Self.runAsCron(line, in: place).succeeded()
            #expect(outcome.output == "")
            #expect(outcome.errors == "")
            #expect(place.lines("done").sorted() == ["1", "2", "3"])
            #expect(!place.lines("environment").contains { $0.hasPrefix("HOME=") })
            #expect(place.lines("tty") == ["not a tty"])
            // The next minute finds nothing.
            let next = try await Self.runAsCron(line, in: place).succeeded()
            #expect(next.output + next.errors == "")
            #expect(place.lines("done").count == 3)
        }
    }

    @Test("prints what has failed, so that it is mailed, and not what is tried again")
    func failure() async throws {
        let tasks = ["t": "echo no room >&2; exit 3", "again": "exit 75"]
        try await Self.withCron(.sqlite, tasks: tasks) { place, line in
            _ = try await place.send("--id", "7", "t")
            _ = try await place.send("again")
            let outcome = try await Self.runAsCron(line, in: place).succeeded()
            let printed = outcome.errors.split(separator: "\n")
            #expect(printed.count == 1, "\(printed)")
            #expect(
                printed.first?.contains("failed: CommandFailed: exit status 3 task=t id=7") == true
            )
            #expect(outcome.errors.contains("no room"))
        }
    }

    @Test("starts no second worker while the first one runs", arguments: Transport.allCases)
    func lock(_ transport: Transport) async throws {
        let script = "echo x >>started; until test -e go; do sleep 0.02; done; echo x >>done"
        try await Self.withCron(transport, tasks: ["t": script]) { place, line in
            let id = try await place.send("t")
            let command = "env -u HOME PATH=/usr/bin:/bin /bin/sh -c '\(line)'"
            try await place.withProgram(command) { first in
                try await eventually { place.lines("started").count == 1 }
                let second = try await Self.runAsCron(line, in: place)
                #expect(second.status == .exited(1))
                #expect(second.output + second.errors == "")
                try place.write("", to: "go")
                #expect(try await first.waitForExit(timeout: .seconds(20)) == .exited(0))
            }
            #expect(try await place.result(id).status == .exited(0))
            #expect(place.lines("done").count == 1)
        }
    }

    @Test("a user's home is where the system's list says, if there is no HOME")
    func home() async throws {
        let home = String(cString: try #require(getpwuid(geteuid())).pointee.pw_dir)
        // Ends before it opens anything.
        let outcome = try await TestSupport.run(
            "tq-work",
            "--check",
            "--",
            "no-such-program",
            environment: ["HOME": nil]
        )
        #expect(outcome.status == .exited(78))
        #expect(outcome.lines.contains("broker       sqlite:\(home)/.local/state/tq/tq.db"))
    }

    @Test(
        "without a home a broker has to be named",
        .requires(geteuid() == 0 && Program.isInstalled("setpriv"), "setpriv, and root to use it"),
        .requiresReleaseBuild
    )
    func homeless() async throws {
        try await TemporaryDirectory.with { folder in
            // Where another user can run it: it needs nothing else of the build.
            let script = """
                chmod 755 . && install -m 755 "$1" tq-send || exit
                run() { setpriv --reuid 54321 --regid 54321 --clear-groups ./tq-send "$@"; }
                run t; echo $?; run --dry-run -b sqlite:x t >/dev/null; echo $?
                """
            let outcome = try await run(
                "sh",
                arguments: ["-c", script, "sh", Program.releasePath("tq-send")],
                environment: ["HOME": nil],
                directory: folder.path
            )
            #expect(outcome.lines == ["78", "0"])
            #expect(
                outcome.errors == """
                    tq-send: no broker is named, and the user has no home directory to keep one in: \
                    name it with --broker, or set $HOME

                    """
            )
        }
    }
}
