import Glibc
import TestSupport
import Testing

@Suite("a worker in trouble", .timeLimit(.minutes(60)))
struct TroubleTests {
    private static let slow = """
        echo $$ >>started; while ! test -e go; do sleep 0.01; done; echo done
        """

    @Test(
        "that has started all it may stays warm at the first signal",
        arguments: [SIGTERM, SIGINT]
    )
    func afterMaxTasks(_ signal: Int32) async throws {
        try await Workplace.with(tasks: ["t": Self.slow]) { place in
            let id = try await place.send("t")
            try await place.withWorker("--max-tasks 1") { worker in
                try await worker.waitUntilPrinted("--max-tasks have been started")
                worker.signal(signal)
                try await worker.waitUntilPrinted("a second signal ends the running tasks")
                try place.write("", to: "go")
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(try await place.result(id).output == "done\n")
        }
    }

    @Test("ends at a second signal though its broker is gone, with 69")
    func secondSignal() async throws {
        try await Workplace.with(.redis, tasks: ["t": Self.slow]) { place in
            _ = try await place.send("t")
            try await place.withWorker { worker in
                try await eventually { place.lines("started").count == 1 }
                await place.redis?.kill()
                try await worker.waitUntilPrinted("trying again in")
                worker.signal(SIGTERM)
                try await worker.waitUntilPrinted("a second signal ends the running tasks")
                // One that follows at once is the same.
                try await Task.sleep(for: .milliseconds(150))
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit(timeout: .seconds(20)) == .exited(69))
            }
            let process = try #require(place.lines("started").first)
            #expect(try await place.run("kill", "-0", process).status != .exited(0))
        }
    }

    @Test("finds its database behind a link, and hears of what is sent without one")
    func link() async throws {
        try await Workplace.with { place in
            try await place.shell("mkdir real && ln -s real/q.db link.db && ln -s real folder")
                .succeeded()
            for path in ["link.db", "folder/q.db"] {
                try await place.withProgram("tq-work -b sqlite:\(path) -- echo done") { worker in
                    try await worker.waitUntilPrinted("takes tasks")
                    let sent = try await place.run("tq-send", "-b", "sqlite:real/q.db", "-w", "t")
                    #expect(sent.output == "done\n" && sent.duration < .seconds(3))
                }
            }
        }
    }

    @Test("tells its commands where a database is that is named from its own folder")
    func relativePath() async throws {
        let settings = """
            broker_url = "sqlite:own.db"
            [tasks.t]
            run = 'echo $TQ_BROKER_URL $TQ_RESULT_BACKEND; tq-send --id inner u'
            working_directory = "/"
            [tasks.u]
            run = 'echo of the task inside'
            """
        try await Workplace.with(settings: settings) { place in
            let script = """
                tq-send --id outer t >sent && tq-work --burst -q && tq-result outer inner
                """
            let outcome = try await place.shell(script, environment: ["TQ_BROKER_URL": nil])
            let url = "sqlite:\(place.path("own.db"))"
            #expect(outcome.lines == ["\(url) \(url)", "inner", "of the task inside"])
        }
    }

    @Test("that cannot start a command takes none for a second, and a burst goes on")
    func shortage() async throws {
        try await Workplace.with(tasks: ["t": Self.slow]) { place in
            try await place.shell("seq 60 | tq-send t - >ids").succeeded()
            // Enough for one command, and what the worker itself has open.
            let limit = "ulimit -n 133; exec tq-work --burst -c 1 --prefetch 0"
            try await place.withProgram("sh -c '\(limit)'") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try await eventually(timeout: .seconds(20)) {
                    worker.signal(SIGTTIN)
                    return worker.errorsSoFar.contains("no task is taken for a second")
                }
                #expect(worker.errorsSoFar.contains("Too many open files"))
                try place.write("", to: "go")
                #expect(try await worker.waitForExit(timeout: .seconds(40)) == .exited(0))
            }
            let results = try await place.shell("tq-result - <ids").succeeded()
            #expect(results.lines == Array(repeating: "done", count: 60))
            #expect(place.lines("started").count == 60)
        }
    }

    @Test("writes outcomes in parts that a server takes")
    func largeOutcomes() async throws {
        let script = """
            echo x >>started
            while ! test -e go; do sleep 0.01; done
            head -c 3000000 /dev/zero | tr '\\0' x
            """
        try await Workplace.with(tasks: ["t": script]) { place in
            try await RedisServer.with("--client-query-buffer-limit", "16mb") { server in
                let environment = ["TQ_BROKER_URL": server.url]
                let send = "seq 12 | tq-send t - >ids"
                try await place.shell(send, environment: environment).succeeded()
                try await place.withProgram("tq-work -c 12", environment: environment) { worker in
                    try await eventually { place.lines("started").count == 12 }
                    // What ends while the broker is away is written together when it is back.
                    server.pause()
                    try place.write("", to: "go")
                    try await Task.sleep(for: .seconds(2))
                    server.resume()
                    let waiting = "tq-result --wait --timeout 30 - <ids | wc -c"
                    let results = try await place.shell(waiting, environment: environment)
                    #expect(results.lines.map { $0.filter(\.isNumber) } == ["36000012"])
                    #expect(!worker.errorsSoFar.contains("no longer held"))
                }
            }
        }
    }
}
