import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite(
    "a running tq-beat",
    .requires(Program.isInstalled("sqlite3"), "sqlite3"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct BeatDaemonTests {
    private static func entry(
        _ name: String,
        _ schedule: String = "every 1s",
        task: String = "t",
        _ more: String = ""
    ) -> String {
        "[beat_schedule.\(name)]\ntask = '\(task)'\nschedule = '\(schedule)'\n\(more)\n"
    }

    @Test("sends the arguments to a worker, with its options", arguments: Transport.allCases)
    func sends(_ transport: Transport) async throws {
        let more = "args = [123, 456]\nkwargs = {a = 'é'}\nqueue = 'q'\noptions = {priority = 3}"
        try await Workplace.with(transport, settings: Self.entry("x", task: "add", more)) { place in
            try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted("sends periodic tasks")
                try await eventually { try await place.messages(in: "q").count >= 2 }
                beat.signal(SIGTERM)
                #expect(try await beat.waitForExit() == .exited(0))
            }
            let message = try #require(try await place.messages(in: "q").first)
            #expect(message.task == "add" && message.args == "[123,456]" && message.priority == 3)
            #expect(message.kwargs == #"{"a":"é"}"#)
            let id = try #require(message.id)
            #expect(try await place.result(id, "--state").output == "PENDING\n")
        }
    }

    @Test("hands over at once when it ends", arguments: Transport.allCases)
    func handOver(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: Self.entry("x")) { place in
            try await place.withProgram("tq-beat") { first in
                try await first.waitUntilPrinted("sends periodic tasks")
                try await place.withProgram("tq-beat") { second in
                    try await second.waitUntilPrinted("sends: waiting to take its place")
                    let end = Instant.now
                    first.signal(SIGINT)
                    #expect(try await first.waitForExit() == .exited(0))
                    try await second.waitUntilPrinted("sends periodic tasks")
                    #expect(Instant.now - end < .seconds(3))
                }
            }
        }
    }

    @Test("reads its settings again: new entries, changed ones without a burst, none lost")
    func reload() async throws {
        let old = Self.entry("a") + Self.entry("b", "@yearly", task: "b")
        try await Workplace.with(settings: old) { place in
            try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted("sends periodic tasks")
                try await eventually { try await place.messages().count >= 1 }
                // Fires each second from now on, and not for those of the year.
                try place.write(
                    Self.entry("a") + Self.entry("b", task: "b", "catch_up = 'all'"),
                    to: "tq.toml"
                )
                beat.signal(SIGHUP)
                try await eventually {
                    try await place.messages().filter { $0.task == "b" }.count >= 2
                }
                #expect(try await place.messages().filter { $0.task == "b" }.count < 5)
                try place.write("[beat_schedule.x]\ntask = 1", to: "tq.toml")
                beat.signal(SIGHUP)
                try await beat.waitUntilPrinted("the settings stay as they were")
                try place.write(Self.entry("c", task: "c"), to: "tq.toml")
                beat.signal(SIGHUP)
                try await eventually { try await place.messages().contains { $0.task == "c" } }
                let others = try await place.messages().filter { $0.task != "c" }.count
                try await eventually {
                    try await place.messages().filter { $0.task == "c" }.count >= 3
                }
                #expect(try await place.messages().filter { $0.task != "c" }.count == others)
                beat.signal(SIGTERM)
                #expect(try await beat.waitForExit() == .exited(0))
            }
        }
    }

    @Test("those with other entries do not wait for each other")
    func groups() async throws {
        try await Workplace.with(settings: Self.entry("a")) { place in
            try place.write(Self.entry("b", task: "other"), to: "other.toml")
            try await place.withProgram("tq-beat") { _ in
                try await place.withProgram("tq-beat --config other.toml") { other in
                    try await other.waitUntilPrinted("sends periodic tasks")
                    try await eventually {
                        Set(try await place.messages().compactMap(\.task)) == ["t", "other"]
                    }
                }
            }
        }
    }

    @Test("waits out an outage of its broker, and catches up as its entries want it")
    func outage() async throws {
        let settings =
            Self.entry("all", task: "all", "catch_up = 'all'") + Self.entry("once", task: "once")
        try await Workplace.with(.redis, settings: settings) { place in
            let redis = try #require(place.redis)
            try await place.withProgram("tq-beat") { beat in
                try await eventually { try await place.messages().count >= 2 }
                await redis.kill()
                try await beat.waitUntilPrinted("trying again in")
                try await redis.start()
                try await beat.waitUntilPrinted("the broker is back")
                // What this server forgot, it is told anew.
                try await eventually { try await place.messages().count >= 2 }
                beat.signal(SIGTERM)
                #expect(try await beat.waitForExit() == .exited(0))
            }
        }
    }

    @Test("leaves a firing out while the last task has not ended", arguments: Transport.allCases)
    func overlap(_ transport: Transport) async throws {
        let settings = Self.entry("x", "every 500ms", "overlap = 'skip'")
        let tasks = ["t": "echo x >>ran"]
        try await Workplace.with(transport, settings: settings, tasks: tasks) { place in
            try await place.withProgram("tq-beat") { beat in
                try await beat.waitUntilPrinted("left out: task")
                #expect(try await place.messages().count == 1)
                try await place.withWorker("-c 1") { _ in
                    try await eventually { place.lines("ran").count >= 3 }
                }
            }
        }
    }

    @Test(
        "within a worker sends too, takes its turn, and reads new settings",
        arguments: Transport.allCases
    )
    func inWorker(_ transport: Transport) async throws {
        let settings = Self.entry("x", "every 500ms")
        let tasks = ["t": "echo t >>ran", "u": "echo u >>ran"]
        try await Workplace.with(transport, settings: settings, tasks: tasks) { place in
            try await place.withWorker("--beat") { worker in
                try await eventually { place.lines("ran").count >= 2 }
                try await place.withProgram("tq-beat") { beat in
                    try await beat.waitUntilPrinted("sends: waiting to take its place")
                    try place.write(Self.entry("x", "every 500ms", task: "u"), to: "tq.toml")
                    worker.signal(SIGHUP)
                    try await eventually { place.lines("ran").contains("u") }
                    worker.signal(SIGTERM)
                    #expect(try await worker.waitForExit() == .exited(0))
                    try await beat.waitUntilPrinted("sends periodic tasks")
                }
            }
            let both = try await place.run("tq-work", "--beat", "--burst")
            #expect(both.status == .exited(64))
            let plan = try await place.run("tq-work", "--beat", "--check").succeeded().lines
            #expect(plan.contains("beat         1 entry"))
        }
    }

    @Test("tells a service manager when it is ready, reads its settings again, and ends")
    func serviceManager() async throws {
        try await Workplace.with(settings: Self.entry("x")) { place in
            let listener = try NotifyListener(place.path("socket"))
            let environment = ["NOTIFY_SOCKET": place.path("socket"), "WATCHDOG_USEC": "3000000"]
            try await place.withProgram("tq-beat", environment: environment) { beat in
                var said: [String] = []
                func wait(for line: String) async throws {
                    try await eventually {
                        said += listener.messages().flatMap { $0.split(separator: "\n") }.map(
                            String.init
                        )
                        return said.contains(line)
                    }
                    said = []
                }
                try await wait(for: "READY=1")
                try await wait(for: "WATCHDOG=1")
                beat.signal(SIGHUP)
                try await wait(for: "READY=1")
                beat.signal(SIGTERM)
                try await wait(for: "STOPPING=1")
                #expect(try await beat.waitForExit() == .exited(0))
            }
        }
    }
}
