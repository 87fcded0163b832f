import TaskQueue
import TaskSettings
import TestSupport
import Testing

@Suite("settings")
struct SettingsTests {
    @Test("every key is read to its meaning")
    func everyKey() async throws {
        let settings = try await read(
            """
            broker_url = "redis://:secret@host/1"
            result_backend = "sqlite:results.db"
            connect_timeout = "1.5s"
            timezone = "UTC"
            task_default_queue = "low"
            task_default_priority = 9
            task_ignore_result = true
            tasks_dir = "../tasks"
            worker_concurrency = 8
            worker_queues = ["a", "b"]
            result_expires = 3600
            broker_use_ssl = { ssl_cert_reqs = "CERT_NONE", ssl_check_hostname = false, ssl_keyfile = "k" }
            redis_backend_use_ssl = true
            broker_transport_options = { master_name = "m", sentinel_kwargs = { password = "p" } }
            result_backend_transport_options = { sentinel_kwargs = { username = "u" } }

            [task_routes]
            "sms.send" = { queue = "fast", priority = 0 }
            "sms.*" = "slow"

            [tasks."sms.send"]
            run = ["bin/sms", "--", "{1}", ""]
            working_directory = "jobs"
            env = { LANG = "C", EMPTY = "" }
            ignore_result = false

            [tasks.nightly]
            run = "echo $1 | sort"
            """
        )
        let folder = try #require(settings.file?.dropLast("/tq.toml".count))
        let zone = try LocalTimeZone(named: "UTC")
        #expect(settings.brokerURL == .written("redis://:secret@host/1"))
        #expect(settings.resultBackend == .written("sqlite:results.db"))
        #expect(settings.connectTimeout == .milliseconds(1_500))
        #expect(settings.timezone == zone)
        #expect(settings.taskDefaultQueue == QueueName("low"))
        #expect(settings.taskDefaultPriority == 9)
        #expect(settings.taskIgnoreResult == true)
        #expect(settings.tasksDirectory == "\(folder)/../tasks")
        #expect(settings.workerConcurrency == 8)
        #expect(settings.workerQueues?.map(\.text) == ["a", "b"])
        #expect(settings.resultExpires == .seconds(3_600))
        #expect(settings.brokerTLS?.verifiesCertificate == false)
        #expect(settings.brokerTLS?.checksHostname == false)
        #expect(settings.brokerTLS?.key == "\(folder)/k")
        #expect(settings.backendTLS == TLSOptions())
        #expect(settings.brokerTransport.masterName == "m")
        #expect(settings.brokerTransport.sentinelPassword == "p")
        #expect(settings.backendTransport.sentinelUser == "u")
        #expect(settings.tasks.map(\.name.text) == ["sms.send", "nightly"])
        let task = try #require(settings.tasks.first)
        #expect(task.command == .arguments(["bin/sms", "--", "{1}", ""]))
        #expect(task.workingDirectory == "\(folder)/jobs")
        #expect(task.environment == ["LANG": "C", "EMPTY": ""])
        #expect(task.ignoreResult == false)
        #expect(task.place.line == 21)
        let nightly = try #require(TaskName("nightly"))
        #expect(settings.settings(for: nightly)?.command == .shellLine("echo $1 | sort"))
    }

    @Test("an empty file sets nothing")
    func emptyFile() async throws {
        let settings = try await read("")
        #expect(settings.brokerURL == nil)
        #expect(settings.workerQueues == nil)
        #expect(settings.taskRoutes.isEmpty)
        #expect(settings.tasks.isEmpty)
    }

    @Test("the first route in the file that matches counts")
    func routes() async throws {
        let settings = try await read(
            """
            [task_routes]
            "sms.send" = { queue = "fast" }
            "sms.*" = { queue = "slow", priority = 3 }
            "*" = { priority = 5 }
            """
        )
        for (name, queue, priority) in [
            ("sms.send", "fast", nil), ("sms.read", "slow", 3), ("mail", nil, 5),
        ] {
            let task = try #require(TaskName(name))
            let route = try #require(settings.taskDefaults.route(for: task))
            #expect(route.queue?.text == queue)
            #expect(route.priority == priority)
        }
    }

    @Test(
        "lengths of time are numbers of seconds or durations",
        arguments: [
            ("0", .zero), ("90", .seconds(90)), ("0.25", .milliseconds(250)),
            ("\"1d\"", .seconds(86_400)), ("\"90\"", .seconds(90)),
        ] as [(String, Duration)]
    )
    func durations(text: String, length: Duration) async throws {
        let settings = try await read("result_expires = \(text)")
        #expect(settings.resultExpires == length)
    }

    private func read(_ text: String) async throws -> Settings {
        try await TemporaryDirectory.with { directory in
            try SettingsFile.read(directory.write(text, to: "tq.toml"))
        }
    }
}
