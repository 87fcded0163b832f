import TestSupport
import Testing

@Suite("how much a worker does", .timeLimit(.minutes(60)))
struct ConcurrencyTests {
    /// Tells that it runs, and runs until the file `go` is there.
    private static let rendezvous = """
        touch running.$1
        ls running.* | wc -l >>counts
        while ! test -e go; do sleep 0.01; done
        rm running.$1
        """

    @Test("-c N is how many tasks run at once", arguments: Transport.allCases)
    func concurrency(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: ["t": Self.rendezvous]) { place in
            try await place.shell("seq 7 | tq-send t - >ids").succeeded()
            try await place.withWorker("-c 3 --burst") { worker in
                try await eventually { place.lines("counts").count == 3 }
                #expect(try await place.messages().count == 4)
                try place.write("", to: "go")
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(place.lines("counts").compactMap { Int($0) }.max() == 3)
            let states = try await place.shell("tq-result --state - <ids").succeeded()
            #expect(states.lines == Array(repeating: "SUCCESS", count: 7))
        }
    }

    @Test("-Q names the queues it takes from", arguments: Transport.allCases)
    func queues(_ transport: Transport) async throws {
        try await Workplace.with(transport, settings: "worker_queues = [\"d\"]") { place in
            for queue in ["a", "b", "c", "d", "e e"] {
                try await place.run("tq-send", "--id", queue, "-Q", queue, "t").succeeded()
            }
            try await place.work("-Q", "a,b", "-Q", "e e", "--", "true")
            try await place.work("--", "true")
            let states = try await place.run("tq-result", "--state", "a", "b", "c", "d", "e e")
            #expect(states.lines == ["SUCCESS", "SUCCESS", "PENDING", "SUCCESS", "SUCCESS"])
        }
    }

    @Test(
        "--burst ends when the queues are empty, and delayed tasks stay",
        arguments: Transport.allCases
    )
    func burst(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            #expect(
                try await place.work("--", "true").errors.contains("stopping: the queues are empty")
            )
            try await place.shell("seq 25 | tq-send t - >ids; tq-send --in 1h later").succeeded()
            try await place.work("--", "true")
            try await place.shell("tq-result - <ids").succeeded()
            #expect(try await place.messages().map(\.task) == ["later"])
        }
    }

    @Test("--max-tasks ends it after so many", arguments: Transport.allCases)
    func maxTasks(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.shell("seq 5 | tq-send t -").succeeded()
            try await place.withWorker("-c 2 --max-tasks 3 -- true") { worker in
                let status = try await worker.waitForExit()
                #expect(status == .exited(0))
                #expect(worker.errorsSoFar.contains("stopping: --max-tasks have been started"))
            }
            #expect(try await place.messages().map(\.args) == ["[4]", "[5]"])
        }
    }

    @Test("--max-time ends it after that time, when what runs has ended")
    func maxTime() async throws {
        try await Workplace.with(tasks: ["t": "while ! test -e go; do sleep 0.01; done"]) { place in
            let id = try await place.send("t")
            try await place.withWorker("--max-time 300ms") { worker in
                try await worker.waitUntilPrinted("stopping: --max-time is over running=1")
                #expect(worker.status == nil)
                try place.write("", to: "go")
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(try await place.result(id).status == .exited(0))
        }
    }

    @Test(
        "starts what comes while it waits, without looking all the time",
        arguments: Transport.allCases
    )
    func idle(_ transport: Transport) async throws {
        try await Workplace.with(transport) { place in
            try await place.withWorker("-- true") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                var durations: [Duration] = []
                for _ in 1...5 {
                    durations.append(try await place.run("tq-send", "-w", "t").succeeded().duration)
                }
                // Starting the programs takes most of it; a look each second would take longer.
                #expect(durations.min() ?? .seconds(9) < .milliseconds(500))
            }
        }
    }
}
