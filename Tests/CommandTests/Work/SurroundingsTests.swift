import Glibc
import TestSupport
import Testing

@Suite("what surrounds a command", .timeLimit(.minutes(15)))
struct SurroundingsTests {
    @Test("is what its table in the settings says, else that of all tasks, else the worker's")
    func settings() async throws {
        let settings = """
            [tasks."*"]
            umask = "077"
            env = { COMMON = "common", OWN = "common" }
            [tasks.own]
            nice = 3
            umask = "027"
            working_directory = "sub"
            env = { OWN = "own", PATH = "/usr/bin:/bin" }
            """
        let script = "echo $(nice) $(umask) $(pwd) $COMMON $OWN"
        let tasks = ["own": script, "other": script]
        try await Workplace.with(settings: settings, tasks: tasks) { place in
            try place.write("", to: "sub/file")
            let nice = Int(try await place.run("nice").succeeded().lines[0]) ?? 0
            let own = try await place.outcome(of: "own")
            #expect(own.lines == ["\(nice + 3) 0027 \(place.path)/sub common own"])
            let other = try await place.outcome(of: "other")
            #expect(other.lines == ["\(nice) 0077 \(place.path) common common"])
        }
    }

    @Test(
        "is another user's, if the worker is root",
        .enabled(if: geteuid() == 0, "only root may run commands as another user")
    )
    func user() async throws {
        let settings = """
            [tasks.t]
            run = 'echo $(id -un) $(id -G) $HOME $USER $LOGNAME; pwd'
            user = "nobody"
            working_directory = "/"
            """
        try await Workplace.with(settings: settings) { place in
            let passwd = try await place.shell("getent passwd nobody | cut -d: -f6; id -G nobody")
            try #require(passwd.lines.count == 2)
            let outcome = try await place.outcome(of: "t")
            #expect(
                outcome.lines == [
                    "nobody \(passwd.lines[1]) \(passwd.lines[0]) nobody nobody", "/",
                ]
            )
        }
    }

    @Test(
        "that cannot be had is told at the start",
        arguments: [
            ("user = 'no-such-user'", 78, "tasks.t: user: there is no user \"no-such-user\""),
            ("working_directory = '/no-such'", 78, "the working directory /no-such cannot be"),
        ] as [(String, Int32, String)]
    )
    func refused(_ line: String, _ status: Int32, _ message: String) async throws {
        let settings = "[tasks.t]\nrun = 'true'\n\(line)"
        try await Workplace.with(settings: settings) { place in
            let outcome = try await place.run("tq-work", "--burst")
            #expect(outcome.status == .exited(status) && outcome.errors.contains(message))
            let check = try await place.run("tq-work", "--check")
            #expect(check.status == .exited(78))
        }
    }
}
