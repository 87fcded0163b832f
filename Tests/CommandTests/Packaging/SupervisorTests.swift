import TestSupport
import Testing

@Suite(
    "the programs for supervisord",
    .timeLimit(.minutes(60)),
    .requires(Supervisor.isInstalled, "supervisord")
)
struct SupervisorTests {
    /// Takes a while between its start and its effect, a line in a file.
    private static let slow = "echo \"$1\" >>started; sleep 0.5; echo \"$1\" >>done"

    @Test(
        "restarting and stopping with tasks running: each has its effect exactly once",
        arguments: Transport.allCases
    )
    func stop(_ transport: Transport) async throws {
        try await Supervisor.with(transport, tasks: ["slow": Self.slow]) { supervisor, place in
            let numbers = (1...40).map { "\($0)" }
            let ids = try await place.shell("seq 40 | tq-send -Q mail slow -").succeeded().lines
            try await eventually { place.lines("started").count >= 2 }
            try await supervisor.control("restart tq-mail:*")
            try await eventually { place.lines("started").count > place.lines("done").count }
            try await supervisor.control("stop tq-mail:*")
            // What had been started was finished before the worker ended.
            #expect(place.lines("started").sorted() == place.lines("done").sorted())
            #expect(place.lines("done").count < numbers.count)
            try await supervisor.control("start tq-mail:*")
            for id in ids {
                #expect(try await place.result(id, "--wait").status == .exited(0))
            }
            #expect(place.lines("done").sorted() == numbers.sorted())
            #expect(place.lines("started").sorted() == numbers.sorted())
            #expect(try await supervisor.control("stop all").count == 3)
        }
    }

    /// Takes the 15 seconds after which a worker counts as dead.
    @Test(
        "a worker that was killed is started again, and its task is run again",
        arguments: Transport.allCases
    )
    func kill(_ transport: Transport) async throws {
        let tasks = [
            "first": "echo x >>started; until test -e go; do sleep 0.02; done; echo x >>done",
            "next": "echo \"$1\" >>next",
        ]
        try await Supervisor.with(transport, tasks: tasks) { supervisor, place in
            let first = try await place.send("-Q", "slow", "first")
            try await eventually { place.lines("started").count == 1 }
            var others: [String] = []
            for number in 1...5 {
                others.append(try await place.send("-Q", "slow", "next", "\(number)"))
            }
            let worker = try await supervisor.control("pid tq-slow")[0]
            try await place.run("kill", "-KILL", worker).succeeded()
            try await eventually(timeout: .seconds(40)) { place.lines("started").count == 2 }
            try place.write("", to: "go")
            for id in [first] + others {
                #expect(try await place.result(id, "--wait").status == .exited(0))
            }
            #expect(try await supervisor.control("pid tq-slow")[0] != worker)
            // At least once; that of the command which outlived its worker may be another.
            #expect((1...2).contains(place.lines("done").count))
            #expect(place.lines("next").sorted() == (1...5).map { "\($0)" })
        }
    }

    @Test("one that cannot start is tried again until it can")
    func tryAgain() async throws {
        try await Supervisor.with(.sqlite, tasks: ["t": "true"]) { supervisor, place in
            try await supervisor.control("stop tq-slow")
            try place.write("no_such_key = 1", to: "mail.toml")
            try await supervisor.control("start tq-slow || true")
            #expect(try await supervisor.state(of: "tq-slow") != "RUNNING")
            try place.write("", to: "mail.toml")
            try await eventually(timeout: .seconds(30), every: .milliseconds(200)) {
                try await supervisor.state(of: "tq-slow") == "RUNNING"
            }
        }
    }
}
