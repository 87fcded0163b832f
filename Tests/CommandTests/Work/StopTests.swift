import Glibc
import TestSupport
import Testing

@Suite("a worker that is told to stop", .timeLimit(.minutes(60)))
struct StopTests {
    private static let tasks = [
        // sh waits for `sleep` before it obeys a signal, hence short ones.
        "slow": "echo $$ >>started; while ! test -e go; do sleep 0.01; done; echo done",
        "stubborn": "trap '' TERM; echo $$ >>started; while ! test -e go; do sleep 0.01; done",
    ]

    @Test(
        "finishes what runs, takes no more, and loses nothing",
        arguments: Transport.allCases,
        [SIGTERM, SIGINT]
    )
    func warm(_ transport: Transport, _ signal: Int32) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let ids = [try await place.send("slow"), try await place.send("slow")]
            try await place.withWorker("-c 1") { worker in
                try await eventually { place.lines("started").count == 1 }
                worker.signal(signal)
                try await worker.waitUntilPrinted("stopping: ")
                #expect(worker.errorsSoFar.contains("running=1"))
                try place.write("", to: "go")
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(try await place.result(ids[0]).output == "done\n")
            #expect(try await place.messages().map(\.id) == [ids[1]])
            #expect(place.lines("started").count == 1)
        }
    }

    @Test(
        "and told again ends its commands and puts their tasks back",
        arguments: Transport.allCases
    )
    func cold(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let ids = [try await place.send("slow"), try await place.send("slow")]
            try await place.withWorker("-c 2") { worker in
                try await eventually { place.lines("started").count == 2 }
                worker.signal(SIGTERM)
                try await worker.waitUntilPrinted("stopping: a second signal ends")
                // One that follows at once is the same.
                try await Task.sleep(for: .milliseconds(150))
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
                #expect(worker.errorsSoFar.contains("interrupted, and put back on its queue"))
            }
            #expect(try await place.messages().compactMap(\.id).sorted() == ids)
            try place.write("", to: "go")
            try await place.work()
            for id in ids { #expect(try await place.result(id).output == "done\n") }
        }
    }

    @Test("when the terminal that it was started on is gone finishes what runs, unless by nohup(1)")
    func hangUp() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            let ids = [try await place.send("slow"), try await place.send("slow")]
            // script(1) is the terminal; who kills it closes the window.
            let line = "script -qec 'tq-work -c 1 2>>log' /dev/null"
            try await place.withProgram(line, keepsInputOpen: true) { terminal in
                try await eventually { place.lines("started").count == 1 }
                terminal.signal(SIGKILL)
                try await eventually { place.lines("log").contains { $0.contains("stopping: ") } }
                try place.write("", to: "go")
                try await eventually { try await place.result(ids[0]).status == .exited(0) }
            }
            #expect(try await place.messages().map(\.id) == [ids[1]])
        }
        try await Workplace.with(tasks: Self.tasks) { place in
            let line = "script -qec 'nohup tq-work -c 1 2>>log' /dev/null"
            try await place.withProgram(line, keepsInputOpen: true) { terminal in
                try await eventually { place.lines("log").contains { $0.contains("takes tasks") } }
                terminal.signal(SIGKILL)
                try await eventually { place.lines("log").contains { $0.contains("reading the") } }
                #expect(!place.lines("log").contains { $0.contains("stopping: ") })
            }
        }
    }

    @Test(
        "twice ends in time though its broker does not answer",
        .requires(RedisServer.isInstalled, "redis-server"),
        arguments: [[SIGTERM, SIGTERM], [SIGQUIT]]
    )
    func silentBroker(_ signals: [Int32]) async throws {
        try await Workplace.with(.redis, tasks: Self.tasks) { place in
            _ = try await place.send("slow")
            try await place.withWorker("-c 1") { worker in
                try await eventually { place.lines("started").count == 1 }
                place.redis?.pause()
                worker.signal(signals[0])
                for signal in signals.dropFirst() {
                    try await worker.waitUntilPrinted("stopping: a second signal ends")
                    // One that follows at once is the same.
                    try await Task.sleep(for: .milliseconds(150))
                    worker.signal(signal)
                }
                let status = try await worker.waitForExit(timeout: .seconds(40))
                #expect(status == .exited(69))
                place.redis?.resume()
            }
        }
    }

    @Test("twice ends in time though the database is locked by another program")
    func lockedDatabase() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            _ = try await place.send("slow")
            try await place.withWorker("-c 1") { worker in
                try await eventually { place.lines("started").count == 1 }
                let lock =
                    "(echo '.timeout 9000'; echo 'BEGIN IMMEDIATE;'; sleep 60) | sqlite3 tq.db"
                try await place.withProgram("sh -c \"\(lock)\"") { _ in
                    try await Task.sleep(for: .milliseconds(500))
                    worker.signal(SIGTERM)
                    try await worker.waitUntilPrinted("stopping: a second signal ends")
                    // One that follows at once is the same.
                    try await Task.sleep(for: .milliseconds(150))
                    worker.signal(SIGTERM)
                    try await worker.waitForExit(timeout: .seconds(40))
                }
            }
        }
    }

    @Test("by timeout(1), which sends its signal twice, finishes what runs")
    func echo() async throws {
        try await Workplace.with { place in
            let id = try await place.send("t")
            let line = "timeout 1 tq-work -c 1 -- sh -c 'sleep 2; echo done'"
            let stopped = try await place.shell(line)
            #expect(stopped.status == .exited(124))
            #expect(try await place.result(id).output == "done\n")
        }
    }

    @Test("by QUIT kills a command that ignores TERM after the grace time")
    func stubborn() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            let id = try await place.send("stubborn")
            try await place.withWorker { worker in
                try await eventually { place.lines("started").count == 1 }
                worker.signal(SIGQUIT)
                #expect(try await worker.waitForExit(timeout: .seconds(20)) == .exited(0))
            }
            #expect(try await place.messages().map(\.id) == [id])
            let processID = try #require(place.lines("started").first)
            #expect(try await place.run("kill", "-0", processID).status == .exited(1))
        }
    }

    @Test("while it waits ends at once", arguments: Transport.allCases)
    func idle(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withWorker("-- true") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                _ = try await place.run("tq-send", "-w", "t").succeeded()
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit(timeout: .seconds(20)) == .exited(0))
            }
        }
    }
}
