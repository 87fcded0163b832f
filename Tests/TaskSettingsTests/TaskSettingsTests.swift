import TestSupport
import Testing

@testable import TaskQueue
@testable import TaskSettings

@Suite("settings of a task")
struct TaskSettingsTests {
    private func read(_ text: String) async throws -> Settings {
        try await TemporaryDirectory.with { directory in
            try SettingsFile.read(directory.write(text, to: "tq.toml"))
        }
    }

    private func settings(_ name: String, _ text: String) async throws -> TaskSettings {
        try task(name, try await read(text))
    }

    /// What settings say about a task.
    private func task(_ name: String, _ settings: Settings) throws -> TaskSettings {
        let name = try #require(TaskName(name))
        return try #require(settings.settings(for: name))
    }

    @Test("every key is read to its meaning")
    func everyKey() async throws {
        let task = try await settings(
            "t",
            """
            [tasks.t]
            run = ["jq"]
            stream = true
            umask = "027"
            pass_environment = ["LANG", "APP_*"]
            pass_broker = false
            nice = -20
            user = "nobody"
            time_limit = "1m"
            soft_time_limit = 0
            max_rss = "200M"
            result_max_bytes = 1000
            max_retries = -1
            default_retry_delay = 5
            retry_backoff = true
            retry_backoff_max = "10s"
            retry_jitter = false
            retry_on = [1, "SIGKILL", "TERM", "any", 255]
            fatal_on = ["SIGSEGV"]
            """
        )
        #expect(task.command == .arguments(["jq"]) && task.isStream == true)
        #expect(task.passedEnvironment == [GlobPattern("LANG"), GlobPattern("APP_*")])
        #expect(task.passesBroker == false)
        #expect(task.umask == 0o27 && task.niceness == -20 && task.user == "nobody")
        #expect(task.timeLimit == .seconds(60) && task.softTimeLimit == .zero)
        #expect(task.maxRSS == 200 << 20 && task.resultMaxBytes == 1_000)
        #expect(task.maxRetries == -1 && task.retryDelay == .seconds(5))
        #expect(task.retryBackoff == .seconds(1) && task.longestBackoff == .seconds(10))
        #expect(task.retryJitter == false)
        #expect(
            task.retryOn == [.status(1), .signal(9), .signal(15), .any, .status(255)]
        )
        #expect(task.fatalOn == [.signal(11)])
    }

    @Test(
        "a size is a number of bytes, or has a unit",
        arguments: [("1", 1), ("\"1\"", 1), ("\"512K\"", 512 << 10), ("\"2G\"", 2 << 30)]
    )
    func sizes(_ text: String, _ bytes: Int) async throws {
        let settings = try await read("result_max_bytes = \(text)")
        #expect(settings.resultMaxBytes == bytes)
    }

    @Test(
        "a backoff is a time, or true for a second",
        arguments: [
            ("true", .seconds(1)), ("false", .zero), ("2.5", .milliseconds(2_500)),
            ("\"1m\"", .seconds(60)),
        ] as [(String, Duration)]
    )
    func backoff(_ text: String, _ length: Duration) async throws {
        let task = try await settings("t", "[tasks.t]\nretry_backoff = \(text)")
        #expect(task.retryBackoff == length)
    }

    @Test("the table * holds for all tasks what their own leave out")
    func common() async throws {
        let text = """
            [tasks."*"]
            ignore_result = true
            working_directory = "/common"
            env = { A = "common", B = "common" }
            umask = "077"
            nice = 5
            user = "nobody"
            time_limit = 10
            soft_time_limit = 5
            max_rss = "1G"
            result_max_bytes = 100
            max_retries = 9
            default_retry_delay = 1
            retry_backoff = 2
            retry_backoff_max = 3
            retry_jitter = false
            retry_on = [1]
            fatal_on = [2]

            [tasks.own]
            ignore_result = false
            working_directory = "/own"
            env = { B = "own", C = "own" }
            umask = "022"
            nice = 0
            user = "root"
            time_limit = 0
            soft_time_limit = 0
            max_rss = "2G"
            result_max_bytes = 200
            max_retries = 0
            default_retry_delay = 0
            retry_backoff = false
            retry_backoff_max = 0
            retry_jitter = true
            retry_on = [3]
            fatal_on = [4]

            [tasks.empty]
            """
        let settings = try await read(text)
        for name in ["empty", "unnamed"] {
            let task = try task(name, settings)
            #expect(task.ignoreResult == true && task.workingDirectory == "/common")
            #expect(task.environment == ["A": "common", "B": "common"])
            #expect(task.umask == 0o77 && task.niceness == 5 && task.user == "nobody")
            #expect(task.timeLimit == .seconds(10) && task.softTimeLimit == .seconds(5))
            #expect(task.maxRSS == 1 << 30 && task.resultMaxBytes == 100)
            #expect(task.maxRetries == 9 && task.retryDelay == .seconds(1))
            #expect(task.retryBackoff == .seconds(2) && task.longestBackoff == .seconds(3))
            #expect(task.retryJitter == false)
            #expect(task.retryOn == [.status(1)] && task.fatalOn == [.status(2)])
        }
        let own = try task("own", settings)
        #expect(own.ignoreResult == false && own.workingDirectory == "/own")
        #expect(own.environment == ["A": "common", "B": "own", "C": "own"])
        #expect(own.umask == 0o22 && own.niceness == 0 && own.user == "root")
        #expect(own.timeLimit == .zero && own.softTimeLimit == .zero)
        #expect(own.maxRSS == 2 << 30 && own.resultMaxBytes == 200)
        #expect(own.maxRetries == 0 && own.retryDelay == .zero)
        #expect(own.retryBackoff == .zero && own.longestBackoff == .zero)
        #expect(own.retryJitter == true)
        #expect(own.retryOn == [.status(3)] && own.fatalOn == [.status(4)])
    }

    @Test(
        "a limit of zero is none, and what the options say goes before the file",
        arguments: [
            ("", 100, nil), ("time_limit = 7", 7, nil), ("time_limit = 0", nil, nil),
            ("soft_time_limit = 3", 100, 3),
        ] as [(String, Double?, Double?)]
    )
    func limits(_ line: String, _ hard: Double?, _ soft: Double?) async throws {
        let settings = try await read("task_time_limit = 100\n[tasks.t]\n\(line)")
        let task = try task("t", settings)
        let policy = TaskPolicy(settings, task)
        #expect(policy.limits.inForce == TimeLimits(hard: hard, soft: soft))
        let given = TaskPolicy(settings, task, timeLimit: .seconds(1))
        #expect(given.limits == TimeLimits(hard: 1, soft: soft))
        let none = TaskPolicy(settings, task, timeLimit: .zero, softTimeLimit: .zero)
        #expect(none.limits == TimeLimits(hard: 0, soft: 0) && none.limits.inForce == .none)
    }

    @Test("a policy has the settings' retries, and Celery's where they say nothing")
    func retries() async throws {
        let settings = try await read("[tasks.t]\nmax_retries = -1\nretry_backoff = false")
        let task = try task("t", settings)
        #expect(TaskPolicy(settings, task).retry.maxRetries == nil)
        #expect(TaskPolicy(settings, task).retry.backoff == nil)
        let plain = TaskPolicy(settings, nil).retry
        #expect(plain == RetryPolicy() && plain.maxRetries == 3 && plain.delay == .seconds(180))
    }

    @Test("what messages may ask for is bounded for all tasks, or for one")
    func bounds() async throws {
        let settings = try await read(
            """
            message_max_bytes = "1M"
            message_max_time_limit = "1h"
            message_max_retries = 5
            [tasks.free]
            message_max_time_limit = 0
            message_max_retries = -1
            [tasks.t]
            message_max_retries = 1
            """
        )
        #expect(settings.messageMaxBytes == 1 << 20)
        let plain = TaskPolicy(settings, nil)
        #expect(plain.longestAsked == .seconds(3600) && plain.retry.mostAsked == 5)
        #expect(plain.retry.limit(own: 9) == 5 && plain.retry.limit(own: nil) == 3)
        #expect(plain.limits(asked: TimeLimits(hard: 0)).hard == 3600)
        let free = TaskPolicy(settings, try task("free", settings))
        #expect(free.longestAsked == nil && free.retry.limit(own: 9) == 9)
        let own = TaskPolicy(settings, try task("t", settings))
        #expect(own.longestAsked == .seconds(3600) && own.retry.limit(own: 9) == 1)
    }
}
