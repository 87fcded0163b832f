import Glibc
import TestSupport
import Testing

@Suite("tasks that a worker holds ahead", .timeLimit(.minutes(60)))
struct HeldTaskTests {
    private static let tasks = [
        "slow": "echo $1 >>started; while ! test -e go; do sleep 0.01; done"
    ]

    /// What a worker holds that it does not run.
    private func heldCount(_ place: Workplace, sent: Int) async throws -> Int {
        sent - (try await place.messages().count) - place.lines("started").count
    }

    @Test("go back at once and in their order on a warm stop", arguments: Transport.allCases)
    func stop(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.shell("seq 9 | tq-send slow - >ids").succeeded()
            try await place.withWorker("-c 2 --prefetch 2") { worker in
                try await eventually { try await heldCount(place, sent: 9) == 4 }
                worker.signal(SIGTERM)
                // While two still run.
                try await eventually { try await place.messages().count == 7 }
                let waiting = try await place.messages()
                #expect(waiting.map(\.id) == place.lines("ids").suffix(7))
                #expect(worker.status == nil)
                try place.write("", to: "go")
                #expect(try await worker.waitForExit() == .exited(0))
            }
            try await place.work()
            #expect(place.lines("started").sorted() == (1...9).map(String.init))
        }
    }

    @Test("go back on a warm stop before a stream command has got them, if they take long")
    func stream() async throws {
        let handler = "while read -r line; do echo x >>started; sleep 0.5; echo 1; done"
        let settings = "[tasks.t]\nrun = '\(handler)'\nstream = true"
        try await Workplace.with(settings: settings) { place in
            try await place.shell("seq 12 | tq-send t -").succeeded()
            try await place.withWorker("-c 1 --prefetch 20") { worker in
                try await eventually { place.lines("started").count == 2 }
                worker.signal(SIGTERM)
                #expect(try await worker.waitForExit() == .exited(0))
            }
            #expect(place.lines("started").count == 2)
            #expect(try await place.messages().count == 10)
        }
    }

    @Test("are none with --prefetch 0", arguments: Transport.allCases)
    func none(_ transport: Transport) async throws {
        let tasks = Self.tasks.merging(["fast": "exit"]) { $1 }
        try await Workplace.with(transport, tasks: tasks) { place in
            // Short tasks first, which would make it hold many ahead.
            try await place.shell("seq 40 | tq-send fast - && seq 9 | tq-send slow -").succeeded()
            try await place.withWorker("-c 2 --prefetch 0") { _ in
                try await eventually { place.lines("started").count == 2 }
                #expect(try await place.messages().count == 7)
            }
        }
    }

    @Test(
        "are no more than --max-tasks lets it run",
        arguments: Transport.allCases,
        ["--prefetch 50", ""]
    )
    func maxTasks(_ transport: Transport, _ option: String) async throws {
        try await Workplace.with(transport, tasks: ["t": "echo x >>ran"]) { place in
            try await place.shell("seq 60 | tq-send t -").succeeded()
            try await place.shell("tq-work -c 3 --max-tasks 37 \(option)").succeeded()
            #expect(place.lines("ran").count == 37)
            #expect(try await place.messages().count == 60 - 37)
        }
    }

    @Test("are taken by another worker when theirs is killed", arguments: Transport.allCases)
    func killed(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            try await place.shell("seq 5 | tq-send slow - >ids").succeeded()
            try await place.withWorker("-c 1 --prefetch 9") { worker in
                try await eventually { try await heldCount(place, sent: 5) == 4 }
                worker.signal(SIGKILL)
                try await worker.waitForExit()
            }
            try place.write("", to: "go")
            try await place.withWorker { _ in
                let outcome = try await place.shell("tq-result --wait --timeout 40 - <ids")
                #expect(outcome.status == .exited(0))
            }
        }
    }
}
