import Glibc
import TestSupport
import Testing

@Suite("an outage", .timeLimit(.minutes(60)))
struct OutageTests {
    private static let tasks = [
        "slow": "echo $$ >>started; while ! test -e go; do sleep 0.01; done; echo done"
    ]

    @Test("of the broker is waited out by a worker, which keeps what came out meanwhile")
    func broker() async throws {
        try await Workplace.with(tasks: Self.tasks) { place in
            // This server keeps on disk what it is told.
            try await RedisServer.with("--appendonly", "yes") { server in
                let environment = ["TQ_BROKER_URL": server.url]
                let sent = try await place.run("tq-send", "slow", environment: environment)
                let id = try #require(sent.succeeded().lines.first)
                try await place.withProgram("tq-work", environment: environment) { worker in
                    try await eventually { place.lines("started").count == 1 }
                    await server.kill()
                    try place.write("", to: "go")
                    try await worker.waitUntilPrinted("trying again in")
                    try await server.start()
                    try await worker.waitUntilPrinted("the broker is back")
                    let waiting = "tq-result --wait --timeout 20 \(id); tq-send --wait slow"
                    let results = try await place.shell(waiting, environment: environment)
                    #expect(try results.succeeded().lines == ["done", "done"])
                }
                #expect(place.lines("started").count == 2)
            }
        }
    }

    @Test("of a server that lets in too few clients is not called over before all are let in")
    func clients() async throws {
        try await Workplace.with(tasks: ["t": "echo done"]) { place in
            try await RedisServer.with("--maxclients", "4") { server in
                let environment = ["TQ_BROKER_URL": server.url]
                try await place.withProgram("tq-work", environment: environment) { worker in
                    let complaint = "raise its maxclients"
                    try await eventually {
                        worker.errorsSoFar.split(separator: complaint).count > 4
                    }
                    #expect(!worker.errorsSoFar.contains("the broker is back"))
                    try await eventually {
                        try await server.cli("CONFIG", "SET", "maxclients", "100") == "OK"
                    }
                    try await worker.waitUntilPrinted("the broker is back")
                    let sent = try await place.run(
                        "tq-send",
                        "--wait",
                        "t",
                        environment: environment
                    )
                    #expect(try sent.succeeded().output == "done\n")
                }
            }
        }
    }

    @Test("of a worker that is killed gives its tasks to another", arguments: Transport.allCases)
    func killed(_ transport: Transport) async throws {
        try await Workplace.with(transport, tasks: Self.tasks) { place in
            let id = try await place.send("slow")
            try await place.withWorker { worker in
                try await eventually { place.lines("started").count == 1 }
                worker.signal(SIGKILL)
                try await worker.waitForExit()
            }
            try place.write("", to: "go")
            try await place.withWorker { _ in
                let outcome = try await place.result(id, "--wait", "--timeout", "40")
                #expect(outcome.status == .exited(0) && outcome.output == "done\n")
                #expect(outcome.duration < .seconds(25))
            }
            #expect(place.lines("started").count == 2)
        }
    }
}
