import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("a time limit", .timeLimit(.minutes(60)))
struct LimitTests {
    private static let endless = "while :; do sleep 0.05; done"

    /// The failure of a task with this script, as `tq-result` tells it.
    private func failure(
        _ script: String,
        send: [String] = [],
        work: String = "",
        settings: String? = nil,
        _ transport: Transport = .sqlite
    ) async throws -> String {
        try await Workplace.with(transport, settings: settings, tasks: ["t": script]) { place in
            let line = "tq-send --id 1 \(send.joined(separator: " ")) t"
            try await place.shell("\(line) && tq-work --burst -c 1 \(work)").succeeded()
            let outcome = try await place.result("1")
            #expect(outcome.status == .exited(1) && outcome.duration < .seconds(10))
            return outcome.errors.split(separator: "\n").first.map(String.init) ?? ""
        }
    }

    private static let hard =
        "tq-result: task 1 failed: TimeLimitExceeded: ran longer than its time "

    @Test("of the message kills the command", arguments: Transport.allCases)
    func message(_ transport: Transport) async throws {
        let failure = try await failure(
            Self.endless,
            send: ["--time-limit", "0.3"],
            work: "--time-limit 50",
            settings: "[tasks.t]\ntime_limit = 60",
            transport
        )
        #expect(failure == Self.hard + "limit of 300ms: killed by SIGKILL")
    }

    @Test(
        "of an option goes before the settings, that of a task before that of all",
        arguments: [
            ("--time-limit 200ms", "task_time_limit = 50\n[tasks.t]\ntime_limit = 60", "200ms"),
            ("", "task_time_limit = 50\n[tasks.t]\ntime_limit = 0.25", "250ms"),
            ("", "task_time_limit = 50\n[tasks.'*']\ntime_limit = 0.26\n[tasks.t]", "260ms"),
            ("", "task_time_limit = 0.27\n[tasks.t]\nnice = 1", "270ms"),
        ]
    )
    func precedence(_ option: String, _ settings: String, _ limit: String) async throws {
        let failure = try await failure(Self.endless, work: option, settings: settings)
        #expect(failure == Self.hard + "limit of \(limit): killed by SIGKILL")
    }

    @Test("of zero in an option is none, whatever the settings say")
    func none() async throws {
        let settings = "[tasks.t]\ntime_limit = 0.2\nsoft_time_limit = 0.1"
        let tasks = ["t": "sleep 0.5; echo done"]
        try await Workplace.with(settings: settings, tasks: tasks) { place in
            let id = try await place.send("t")
            try await place.work("--time-limit", "0", "--soft-time-limit", "0")
            #expect(try await place.result(id).output == "done\n")
        }
    }

    @Test("that is soft asks first, and the command may clean up and say what it was doing")
    func soft() async throws {
        let script = "trap 'echo cleaned >&2; exit 7' TERM; \(Self.endless)"
        let failure = try await failure(script, send: ["--soft-time-limit", "0.2"])
        #expect(
            failure == "tq-result: task 1 failed: SoftTimeLimitExceeded: ran longer than its soft "
                + "time limit of 200ms: exit status 7"
        )
    }

    @Test("that is hard follows a soft one that is not heeded, and ends the whole group")
    func both() async throws {
        let script = """
            trap 'echo asked >>asked' TERM
            (trap '' TERM; echo $$ >group; while :; do sleep 0.05; done) & echo $! >child
            while :; do sleep 0.05; done
            """
        try await Workplace.with(tasks: ["t": script]) { place in
            let id = try await place.send("--soft-time-limit", "0.2", "--time-limit", "0.6", "t")
            try await place.work()
            let outcome = try await place.result(id)
            #expect(outcome.errors.contains("its time limit of 600ms: killed by SIGKILL"))
            #expect(place.lines("asked") == ["asked"])
            let child = try #require(place.lines("child").first)
            try await eventually { try await place.run("kill", "-0", child).status != .exited(0) }
        }
    }

    @Test("is told to the command as TQ_DEADLINE, the nearer of the two")
    func deadline() async throws {
        let script = "echo ${TQ_DEADLINE-none}"
        try await Workplace.with(
            settings: "task_soft_time_limit = 1000",
            tasks: ["t": script, "u": script]
        ) { place in
            let now = Timestamp.now()
            let soft = try await place.send("t")
            let hard = try await place.send("--time-limit", "100", "t")
            try await place.work()
            for (id, seconds) in [(soft, 1_000), (hard, 100)] {
                let text = try await place.result(id).lines.first ?? ""
                let deadline = try #require(Timestamp(iso8601: text), "\(text)")
                let range = Duration.seconds(seconds)...(.seconds(seconds + 60))
                #expect(range.contains(deadline - now), "\(text)")
            }
        }
        try await Workplace.with(tasks: ["t": script]) { place in
            let outcome = try await place.outcome(of: "t")
            #expect(outcome.output == "none\n")
        }
    }

    @Test("that is over may be tried again, if the settings say so")
    func again() async throws {
        let settings = """
            [tasks.t]
            time_limit = 0.2
            default_retry_delay = 0
            retry_on = ["SIGKILL"]
            """
        let script = "test $TQ_RETRIES = 1 && exit; \(Self.endless)"
        try await Workplace.with(settings: settings, tasks: ["t": script]) { place in
            let id = try await place.send("t")
            try await place.work("--burst=wait")
            #expect(try await place.result(id).status == .exited(0))
        }
    }

    @Test("raises Celery's own exception in Python", .requires(Celery.isInstalled, "Celery"))
    func celery() async throws {
        try await Workplace.with(.redis, tasks: ["celery_app.sleepy": Self.endless]) { place in
            let script = """
                from celery_app import *
                for limits in ({"time_limit": 0.3}, {"soft_time_limit": 0.3}):
                    try:
                        sleepy.apply_async((1,), **limits).get(timeout=20)
                    except Exception as error:
                        print(type(error).__module__, type(error).__name__)
                """
            try await place.withWorker { _ in
                let outcome = try await Celery.python(script, broker: place.url).succeeded()
                #expect(
                    outcome.lines == [
                        "billiard.exceptions TimeLimitExceeded",
                        "billiard.exceptions SoftTimeLimitExceeded",
                    ]
                )
            }
        }
    }

    @Test("of zero in a message is none, though the settings have one")
    func zero() async throws {
        let settings = "[tasks.long]\nrun = 'sleep 1; echo finished'\ntime_limit = 0.3\n"
        try await Workplace.with(settings: settings) { place in
            let id = try await place.send("--time-limit", "0", "long")
            try await place.work()
            #expect(try await place.result(id).output == "finished\n")
        }
    }
}
