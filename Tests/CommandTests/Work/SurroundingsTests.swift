import Glibc
import TestSupport
import Testing

@Suite("what surrounds a command", .timeLimit(.minutes(60)))
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

    @Test("has PWD of where it is, and nothing of where the worker was before")
    func folder() async throws {
        let settings = "[tasks.in]\nrun = ['env']\nworking_directory = 'sub'\n"
        try await Workplace.with(settings: settings) { place in
            try place.write("", to: "sub/file")
            let id = try await place.send("in")
            try await place.shell("export OLDPWD=/usr; exec tq-work --burst").succeeded()
            let lines = try await place.result(id).lines
            #expect(lines.contains("PWD=\(place.path)/sub"))
            #expect(!lines.contains { $0.hasPrefix("OLDPWD") })
        }
    }

    @Test("has no terminal: who asks one is told so at once")
    func terminal() async throws {
        try await Workplace.with(tasks: ["ask": "read x </dev/tty && echo $x || echo none"]) {
            place in
            let id = try await place.send("ask")
            let worker = try await place.run("script", "-qec", "tq-work --burst -q", "/dev/null")
            #expect(worker.status == .exited(0))
            #expect(try await place.result(id).output == "none\n")
        }
    }

    @Test(
        "has of the worker's environment what is to be passed, and the broker if it is to know it"
    )
    func environment() async throws {
        let settings = """
            [tasks."*"]
            pass_environment = ["APP_*", "ONE"]
            env = { OWN = "own" }
            [tasks.all]
            pass_environment = ["*"]
            [tasks.secret]
            pass_environment = []
            pass_broker = false
            """
        let script =
            "echo $ONE $APP_A $SECRET $OWN ${LC_ALL:-no} ${HOME:+home} ${TQ_BROKER_URL:+b}"
            + "${TQ_RESULT_BACKEND:+r} ${TQ_TASK}"
        let tasks = ["some": script, "all": script, "secret": script]
        try await Workplace.with(settings: settings, tasks: tasks) { place in
            var ids: [String] = []
            for task in ["some", "all", "secret"] { ids.append(try await place.send(task)) }
            let variables = "ONE=1 APP_A=a SECRET=s TQ_RESULT_BACKEND=$TQ_BROKER_URL"
            try await place.shell("env \(variables) tq-work --burst").succeeded()
            var outputs: [String] = []
            for id in ids { outputs.append(try await place.result(id).output) }
            #expect(
                outputs == [
                    "1 a own C.UTF-8 home br some\n", "1 a s own C.UTF-8 home br all\n",
                    "own C.UTF-8 home secret\n",
                ]
            )
        }
    }

    @Test(
        "of another user: that he is told a password is said at the start and by --check",
        .enabled(if: geteuid() == 0, "only root may run commands as another user"),
        .requires(RedisServer.isInstalled, "redis-server")
    )
    func password() async throws {
        let settings = "[tasks.t]\nrun = 'echo ${TQ_BROKER_URL:-none}'\nuser = 'nobody'\n"
        let word = "run as nobody are given the broker's URL with its password"
        // A server that saves nothing is warned of.
        let redis = ["--appendonly", "yes"]
        try await Workplace.with(.redis, settings: settings, redis: redis) { place in
            let redis = try #require(place.redis)
            _ = try await redis.cli("CONFIG", "SET", "requirepass", "pw")
            let url = place.url.replacing("redis://", with: "redis://:pw@")
            let variables = ["TQ_BROKER_URL": url]
            for option in ["--burst", "--check"] {
                let outcome = try await place.run("tq-work", option, environment: variables)
                #expect(outcome.status == .exited(0) && outcome.errors.contains(word), "\(option)")
            }
            try place.write(settings + "pass_broker = false\n", to: "tq.toml")
            let quiet = try await place.run("tq-work", "--check", environment: variables)
            #expect(quiet.status == .exited(0) && quiet.errors == "")
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
