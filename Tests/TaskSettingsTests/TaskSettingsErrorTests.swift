import TaskQueue
import TaskSettings
import TestSupport
import Testing

@Suite("errors in the settings of a task")
struct TaskSettingsErrorTests {
    private static let duration = "is not a duration: write 90, 90s, 250ms, 10m, 1h30m or 2d"
    private static let size = "is not a size: write 1048576, \"512K\" or \"2G\""

    @Test(
        "name the file, the line, the key and what is wrong with it",
        arguments: [
            ("stream = 1", "stream: expected true or false, not an integer"),
            ("umask = 27", "umask: expected a string, not an integer"),
            ("umask = '8'", "umask: \"8\" is not a mask: write it in octal, as in \"027\""),
            ("umask = '1000'", "umask: \"1000\" is not a mask: write it in octal, as in \"027\""),
            ("umask = '-1'", "umask: \"-1\" is not a mask: write it in octal, as in \"027\""),
            ("umask = '+7'", "umask: \"+7\" is not a mask: write it in octal, as in \"027\""),
            ("umask = ''", "umask: it is empty"),
            ("pass_environment = 'A'", "pass_environment: expected an array, not a string"),
            ("pass_environment = [1]", "pass_environment: expected a string, not an integer"),
            (
                "pass_environment = ['A=1']",
                "pass_environment: \"A=1\" cannot name an environment variable"
            ),
            ("pass_broker = 0", "pass_broker: expected true or false, not an integer"),
            ("nice = 20", "nice: 20 is not from -20 to 19"),
            ("nice = '5'", "nice: expected an integer, not a string"),
            ("user = 0", "user: expected a string, not an integer"),
            ("user = ''", "user: it is empty"),
            ("time_limit = -1", "time_limit: \"-1\" \(duration)"),
            ("soft_time_limit = 'soon'", "soft_time_limit: \"soon\" \(duration)"),
            (
                "soft_time_limit = []",
                "soft_time_limit: expected a number of seconds or a duration, not an array"
            ),
            ("max_rss = 0", "max_rss: it has to be above zero"),
            ("max_rss = -1", "max_rss: it has to be above zero"),
            ("max_rss = '0K'", "max_rss: \"0K\" \(size)"),
            ("max_rss = 'K'", "max_rss: \"K\" \(size)"),
            ("max_rss = '1k'", "max_rss: \"1k\" \(size)"),
            ("max_rss = '1.5G'", "max_rss: \"1.5G\" \(size)"),
            ("max_rss = '+5M'", "max_rss: \"+5M\" \(size)"),
            ("max_rss = '9999999999999G'", "max_rss: \"9999999999999G\" \(size)"),
            ("max_rss = 1.5", "max_rss: expected a number of bytes or a size, not a float"),
            ("result_max_bytes = 0", "result_max_bytes: it has to be above zero"),
            ("max_retries = -2", "max_retries: -2 is not from -1 to 1000000000"),
            ("max_retries = 1.0", "max_retries: expected an integer, not a float"),
            ("default_retry_delay = -1", "default_retry_delay: \"-1\" \(duration)"),
            (
                "retry_backoff = 0",
                "retry_backoff: false is no backoff; for tries without a pause set "
                    + "default_retry_delay to 0"
            ),
            ("retry_backoff = 'x'", "retry_backoff: \"x\" \(duration)"),
            (
                "retry_backoff_max = true",
                "retry_backoff_max: expected a number of seconds or a duration, not a boolean"
            ),
            ("retry_jitter = 1", "retry_jitter: expected true or false, not an integer"),
            ("retry_on = 1", "retry_on: expected an array, not an integer"),
            ("retry_on = [0]", "retry_on: 0 is not from 1 to 255"),
            ("retry_on = [256]", "retry_on: 256 is not from 1 to 255"),
            (
                "retry_on = [true]",
                "retry_on: expected an exit status or the name of a signal, not a boolean"
            ),
            (
                "fatal_on = ['SIGNONE']",
                "fatal_on: no signal is named \"SIGNONE\": write a status, \"SIGKILL\" or \"any\""
            ),
            (
                "fatal_on = ['all']",
                "fatal_on: no signal is named \"all\": write a status, \"SIGKILL\" or \"any\""
            ),
            ("env = []", "env: expected a table, not an array"),
        ]
    )
    func messages(text: String, message: String) async throws {
        try await check("[tasks.a]\n\(text)", ":2: tasks.a.\(message)")
    }

    @Test("name the line of an element, and what the table of all tasks may not say")
    func places() async throws {
        try await check("[tasks.a]\nretry_on = [\n1,\n'x']", ":4: tasks.a.retry_on: no signal")
        try await check(
            "[tasks.'*']\nrun = 'true'",
            ":2: tasks.\"*\".run: [tasks.\"*\"] says what all tasks have in common: name the task"
        )
        try await check("[tasks.a]\nretries = 1", ":2: unknown key \"tasks.a.retries\"")
        try await check(
            "[tasks.a]\nretry_bakoff = 1",
            ":2: unknown key \"tasks.a.retry_bakoff\": did you mean \"retry_backoff\"?"
        )
        try await check(
            "worker_prefetch_multiplier = -1",
            ":1: worker_prefetch_multiplier: -1 is not from 0 to 10000"
        )
        try await check(
            "task_time_limit = 'x'",
            ":1: task_time_limit: \"x\" \(Self.duration)"
        )
    }

    private func check(_ text: String, _ message: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(text, to: "tq.toml")
            let error = #expect(throws: SettingsError.self) { try SettingsFile.read(file) }
            #expect(error?.description.hasPrefix(file + message) == true, "\(error as Any)")
        }
    }
}
