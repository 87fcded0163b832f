import Glibc
import TestSupport
import Testing

@Suite("a worker that is told to read its settings again", .timeLimit(.minutes(60)))
struct ReloadTests {
    /// Tells a worker to read its settings again, and waits until it has.
    private func reload(_ worker: Spawned, times: Int = 1) async throws {
        worker.signal(SIGHUP)
        try await eventually {
            worker.errorsSoFar.split(separator: "reading the settings again").count > times
        }
    }

    @Test("runs new commands, with new limits, from then on")
    func commands() async throws {
        let old = "worker_concurrency = 1\n[tasks.t]\nrun = 'echo old'"
        try await Workplace.with(settings: old) { place in
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("takes tasks")
                #expect(try await place.run("tq-send", "-w", "t").output == "old\n")
                try place.write(
                    "[tasks.t]\nrun = 'echo new'\n[tasks.u]\nrun = 'sleep 9'\ntime_limit = 0.1",
                    to: "tq.toml"
                )
                try await reload(worker)
                #expect(try await place.run("tq-send", "-w", "t").output == "new\n")
                let limited = try await place.run("tq-send", "-w", "u")
                #expect(limited.errors.contains("time limit of 100ms"))
            }
        }
    }

    @Test("finishes what runs as it was begun")
    func running() async throws {
        let old =
            "[tasks.t]\nrun = 'echo $1 >>ran; while ! test -e go; do sleep 0.01; done; echo old'"
        try await Workplace.with(settings: old) { place in
            let id = try await place.send("t", "1")
            try await place.withWorker { worker in
                try await eventually { place.lines("ran") == ["1"] }
                try place.write("[tasks.t]\nrun = 'echo new'", to: "tq.toml")
                try await reload(worker)
                try place.write("", to: "go")
                let outcome = try await place.result(id, "--wait", "--timeout", "10")
                #expect(outcome.output == "old\n")
                #expect(place.lines("ran") == ["1"])
            }
        }
    }

    @Test("takes from other queues, and more at once", arguments: Transport.allCases)
    func queues(_ transport: Transport) async throws {
        let old = "worker_queues = [\"a\"]\nworker_concurrency = 1"
        let script = "echo $TQ_QUEUE >>started; while ! test -e go; do sleep 0.01; done"
        try await Workplace.with(transport, settings: old, tasks: ["t": script]) { place in
            for queue in ["a", "a", "b", "b"] { _ = try await place.send("-Q", queue, "t") }
            try await place.withWorker("--prefetch 0") { worker in
                try await eventually { place.lines("started") == ["a"] }
                try place.write(
                    "worker_queues = [\"b\"]\nworker_concurrency = 3",
                    to: "tq.toml"
                )
                try await reload(worker)
                try await eventually { place.lines("started") == ["a", "b", "b"] }
                try place.write("", to: "go")
                // A task that comes now is noticed at once.
                let late = try await place.send("-Q", "b", "t")
                let outcome = try await place.result(late, "--wait", "--timeout", "10")
                #expect(outcome.status == .exited(0))
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(place.lines("started").filter { $0 == "a" }.count == 1)
            #expect(try await place.messages(in: "a").count == 1)
        }
    }

    @Test("stays as it was with settings that cannot be used, and says why")
    func broken() async throws {
        try await Workplace.with(settings: "[tasks.t]\nrun = 'echo old'") { place in
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("takes tasks")
                try place.write("[tasks.t]\nrun = 1", to: "tq.toml")
                try await reload(worker)
                try await worker.waitUntilPrinted("the settings stay as they were: ")
                #expect(
                    worker.errorsSoFar.contains("tq.toml:2: tasks.t.run: expected a shell line")
                )
                let outcome = try await place.shell(
                    "tq-send -b \(place.url) -w --config /dev/null t"
                )
                #expect(outcome.output == "old\n")
                try place.write("[tasks.t]\nrun = 'echo new'", to: "tq.toml")
                try await reload(worker, times: 2)
                #expect(try await place.run("tq-send", "-w", "t").output == "new\n")
            }
        }
    }

    @Test("every 50 ms loses no task, and runs none twice", arguments: Transport.allCases)
    func often(_ transport: Transport) async throws {
        let handler = """
            import json, sys
            for line in sys.stdin:
                task = json.loads(line)
                open("ran", "a").write("%d\\n" % task["args"][0])
                print(task["args"][0], flush=True)
            """
        let settings = """
            [tasks.plain]
            run = "echo $1 >>ran; sleep 0.01; echo $1"
            [tasks.stream]
            run = ["python3", "handler.py"]
            stream = true
            """
        try await Workplace.with(transport, settings: settings) { place in
            try place.write(handler, to: "handler.py")
            let send = """
                seq 150 | tq-send plain - >ids
                seq 151 300 | tq-send stream - >>ids
                """
            try await place.shell(send).succeeded()
            try await place.withWorker("-c 2") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                var signals = 0
                try await eventually(timeout: .seconds(60), every: .milliseconds(50)) {
                    worker.signal(SIGHUP)
                    signals += 1
                    return place.lines("ran").count >= 300
                }
                let results = try await place.shell("tq-result --wait --timeout 20 - <ids")
                #expect(results.lines == (1...300).map(String.init))
                #expect(signals > 1)
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit(timeout: .seconds(20)) == .exited(0))
            }
            let ran = place.lines("ran").compactMap { Int($0) }
            #expect(ran.sorted() == Array(1...300))
        }
    }

    @Test("by TTIN and TTOU runs one task more or fewer at once, one at least")
    func slots() async throws {
        let script = "echo x >>started; while ! test -e go; do sleep 0.01; done"
        try await Workplace.with(tasks: ["t": script]) { place in
            for _ in 1...4 { _ = try await place.send("t") }
            try await place.withWorker("-c 1") { worker in
                try await eventually { place.lines("started").count == 1 }
                worker.signal(SIGTTIN)
                try await worker.waitUntilPrinted("runs 2 tasks at once")
                try await eventually { place.lines("started").count == 2 }
                worker.signal(SIGTTOU)
                try await worker.waitUntilPrinted("runs 1 tasks at once")
                worker.signal(SIGTTOU)
                try await eventually {
                    worker.errorsSoFar.split(separator: "runs 1 tasks at once").count == 3
                }
                try place.write("", to: "go")
                try await eventually { place.lines("started").count == 4 }
            }
        }
    }
}
