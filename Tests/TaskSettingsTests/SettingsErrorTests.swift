import TaskQueue
import TaskSettings
import TestSupport
import Testing

@Suite("errors of settings")
struct SettingsErrorTests {
    @Test(
        "name the file, the line, the key and what is wrong with it",
        arguments: [
            (
                "\n\nbroker_ulr = \"redis://h\"",
                ":3: unknown key \"broker_ulr\": did you mean \"broker_url\"?"
            ),
            ("BROKER-URL = 'x'", ":1: unknown key \"BROKER-URL\": did you mean \"broker_url\"?"),
            ("colour = 'red'", ":1: unknown key \"colour\""),
            ("[beat]\nx = 1", ":1: unknown key \"beat\""),
            (
                "\"broker url\" = 1",
                ":1: unknown key \"\"broker url\"\": did you mean \"broker_url\"?"
            ),
            (
                "[broker_use_ssl]\nssl_ca_cert = 'x'",
                ":2: unknown key \"broker_use_ssl.ssl_ca_cert\": did you mean \"ssl_ca_certs\"?"
            ),
            (
                "broker_use_ssl = { ssl_cert_reqs = 'maybe' }",
                ":1: broker_use_ssl.ssl_cert_reqs: ssl_cert_reqs is required or none"
            ),
            (
                "broker_use_ssl = 1",
                ":1: broker_use_ssl: expected a table, true or false, not an integer"
            ),
            (
                "broker_transport_options = { visibility_timeout = 1 }",
                ":1: unknown key \"broker_transport_options.visibility_timeout\""
            ),
            ("broker_url = 1", ":1: broker_url: expected a string, not an integer"),
            ("broker_url = ''", ":1: broker_url: it is empty"),
            ("broker_url = \"a\\u0000b\"", ":1: broker_url: it holds a NUL character"),
            (
                "broker_url = 'a'\nbroker_url_file = 'b'",
                ":1: broker_url: broker_url_file is set as well: keep one of them"
            ),
            (
                "task_ignore_result = 1",
                ":1: task_ignore_result: expected true or false, not an integer"
            ),
            ("worker_concurrency = 0", ":1: worker_concurrency: 0 is not from 1 to 10000"),
            (
                "worker_concurrency = '4'",
                ":1: worker_concurrency: expected an integer, not a string"
            ),
            (
                "task_default_exchange_type = 'headers'",
                ":1: task_default_exchange_type: direct, topic and fanout are known"
            ),
            ("task_default_priority = 10", ":1: task_default_priority: 10 is not from 0 to 9"),
            ("worker_queues = 'a'", ":1: worker_queues: expected an array, not a string"),
            ("worker_queues = []", ":1: worker_queues: it is empty"),
            ("worker_queues = [\n'a',\n1]", ":3: worker_queues: expected a string, not an integer"),
            (
                "worker_queues = [\"a\\n\"]",
                ":1: worker_queues: a queue's name has no control characters"
            ),
            (
                "timezone = 'Europe/Berln'",
                ":1: timezone: unknown time zone \"Europe/Berln\": write an IANA name such as Europe/Berlin"
            ),
            ("connect_timeout = 0", ":1: connect_timeout: it has to be above zero"),
            (
                "result_expires = -1",
                ":1: result_expires: \"-1\" is not a duration: write 90, 90s, 250ms, 10m, 1h30m or 2d"
            ),
            (
                "result_expires = nan",
                ":1: result_expires: \"nan\" is not a duration: write 90, 90s, 250ms, 10m, 1h30m or 2d"
            ),
            (
                "result_expires = 1e300",
                ":1: result_expires: \"1e+300\" is too long a duration: the longest is 2900000d"
            ),
            (
                "result_expires = true",
                ":1: result_expires: expected a number of seconds or a duration, not a boolean"
            ),
            ("tasks = 1", ":1: tasks: expected a table, not an integer"),
            ("[tasks.a]\nrnu = 'x'", ":2: unknown key \"tasks.a.rnu\": did you mean \"run\"?"),
            ("[tasks.a]\nrun = []", ":2: tasks.a.run: it is empty"),
            ("[tasks.a]\nrun = ['']", ":2: tasks.a.run: it is empty"),
            (
                "[tasks.'a.b']\nrun = 1",
                ":2: tasks.\"a.b\".run: expected a shell line or an array of arguments, not an integer"
            ),
            ("[tasks.a.env]\nX = 1", ":2: tasks.a.env.X: expected a string, not an integer"),
            (
                "[tasks.a.env]\n'X=Y' = ''",
                ":2: tasks.a.env.\"X=Y\": this cannot name an environment variable"
            ),
            (
                "[tasks.sms.send]\nrun = 'x'",
                ":1: unknown key \"tasks.sms.send\": a name with a dot needs quotes, as in [tasks.\"sms.send\"]"
            ),
            (
                "[task_routes]\nsms.send = 'fast'",
                ":2: unknown key \"task_routes.sms.send\": a name with a dot needs quotes, as in \"sms.send\""
            ),
            (
                "task_routes = { a = 1 }",
                ":1: task_routes.a: expected a queue's name or a table, not an integer"
            ),
            ("task_routes.a.priority = -1", ":1: task_routes.a.priority: -1 is not from 0 to 9"),
            ("a = 1\na = 2", ":2:1: \"a\" is set twice, first on line 1"),
            ("broker_url = redis", ":1:14: \"redis\" is not a value: a text needs quotes"),
        ]
    )
    func messages(text: String, message: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(text, to: "tq.toml")
            let error = #expect(throws: SettingsError.self) { try SettingsFile.read(file) }
            #expect(error?.description == file + message)
        }
    }

    @Test("never show a password")
    func secrets() async throws {
        try await TemporaryDirectory.with { directory in
            let text = "broker_url = \"redis://:hunter2@host\"\nbroker_url_file = 'x'"
            let file = try directory.write(text, to: "tq.toml")
            let error = #expect(throws: SettingsError.self) { try SettingsFile.read(file) }
            #expect(error?.description.contains("hunter2") == false)
        }
    }
}
