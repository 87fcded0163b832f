import TaskQueue
import TestSupport
import Testing

@Suite("progress of a task", .timeLimit(.minutes(60)))
struct ProgressTests {
    private static let script = """
        echo '{"current": 3, "total": 10}' >&3
        while ! test -e go; do sleep 0.02; done
        """

    @Test("on descriptor 3 is its state while it runs", arguments: Transport.allCases)
    func state(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": Self.script]) { place in
            let id = try await place.send("t")
            try await place.withWorker { _ in
                try await eventually {
                    try await place.result(id, "--state").output == "PROGRESS\n"
                }
                let record = try JSONText(await place.result(id, "--json").outputBytes)
                #expect(record[key: "progress"]?.text == #"{"current":3,"total":10}"#)
                #expect(record[key: "result"] == .null && record[key: "date_done"] == .null)
                try place.write("", to: "go")
                let outcome = try await place.result(id, "--wait", "--timeout", "10", "--json")
                let last = try JSONText(outcome.outputBytes)
                #expect(last[key: "state"]?.string == "SUCCESS")
                #expect(last[key: "progress"] ?? .null == .null)
            }
        }
    }

    @Test("is not stored if nobody wants the result", arguments: Transport.allCases)
    func ignored(_ transport: Transport) async throws {
        let script = "echo '{\"current\": 1}' >&3; sleep 0.3; echo ran >>ran"
        try await Workplace.with(transport, tasks: ["t": script]) { place in
            let id = try await place.send("--ignore-result", "t")
            try await place.work("-v")
            #expect(place.lines("ran") == ["ran"])
            guard let redis = place.redis else {
                #expect(try await place.query("SELECT * FROM results").isEmpty)
                return
            }
            #expect(try await redis.cli("EXISTS", "celery-task-meta-\(id)") == "0")
        }
    }

    @Test("is written ten times a second at most, and the result last")
    func rate() async throws {
        // About a report each 2 ms for two seconds.
        let script = """
            exec perl -MTime::HiRes=sleep,time -e '
                open my $report, ">&=3"; $| = 1; select $report; $| = 1;
                my $end = time + 2;
                for (my $n = 1; time < $end; $n++) { print "{\\"current\\": $n}\\n"; sleep 0.002 }
                print STDOUT "done\\n"'
            """
        try await Workplace.with(.redis, tasks: ["t": script]) { place in
            let redis = try #require(place.redis)
            let id = try await place.send("t")
            _ = try await redis.cli("CONFIG", "RESETSTAT")
            try await place.work()
            #expect(try await place.result(id).output == "done\n")
            let statistics = try await redis.cli("INFO", "commandstats")
            let calls = try #require(statistics.firstMatch(of: /cmdstat_publish:calls=(\d+)/))
            let count = try #require(Int(calls.output.1))
            // 20 in two seconds, one at the start, and the result.
            #expect((10...22).contains(count))
        }
    }

    @Test("is a state with its metadata in Python", .requires(Celery.isInstalled, "Celery"))
    func celery() async throws {
        let tasks = ["celery_app.echo": Self.script]
        try await Workplace.with(.redis, tasks: tasks) { place in
            try await place.withWorker { _ in
                let script = """
                    import time
                    from celery_app import *
                    result = echo.delay()
                    for _ in range(500):
                        if result.state == "PROGRESS":
                            break
                        time.sleep(0.02)
                    print(result.state, result.info)
                    open("\(place.path("go"))", "w")
                    print(result.get(timeout=20))
                    """
                let outcome = try await Celery.python(script, broker: place.url).succeeded()
                #expect(outcome.lines == ["PROGRESS {'current': 3, 'total': 10}", "None"])
            }
        }
    }

    @Test(
        "may be the last word instead of the exit status",
        arguments: [
            (#"printf '{"tq": {"result": [1]}}' >&3; echo not this"#, 0, "[1]\n"),
            (#"echo '{"tq": {"error": "no room"}}' >&3; echo this"#, 1, ""),
            (#"echo '{"tq": {"result": 1}}' >&3; exit 3"#, 1, ""),
        ] as [(String, Int32, String)]
    )
    func answer(_ script: String, _ status: Int32, _ output: String) async throws {
        try await Workplace.with(tasks: ["t": script]) { place in
            let outcome = try await place.outcome(of: "t")
            #expect(outcome.status == .exited(status) && outcome.output == output)
        }
    }
}
