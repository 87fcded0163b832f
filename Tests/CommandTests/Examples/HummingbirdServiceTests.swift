import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite(
    "examples/hummingbird-service",
    .requiresExample("hummingbird-service"),
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Program.isInstalled("curl"), "curl"),
    .timeLimit(.minutes(60))
)
struct HummingbirdServiceTests {
    /// An answer over HTTP.
    private struct Answer {
        let status: Int
        let headers: String
        let body: JSONText?
    }

    /// A service that runs, with Redis behind it.
    private struct Service {
        let place: Workplace
        let process: Spawned
        let port: Int

        func curl(_ path: String, _ options: String...) async throws -> Answer {
            let outcome = try await run(
                "curl",
                arguments: ["-s", "-i", "-m", "40"] + options
                    + ["http://127.0.0.1:\(port)\(path)"],
                timeout: .seconds(60)
            ).succeeded()
            let parts = outcome.output.split(separator: "\r\n\r\n", maxSplits: 1)
            let status = try #require(parts.first?.split(separator: " ").dropFirst().first)
            return Answer(
                status: try #require(Int(status)),
                headers: String(parts[0]).lowercased(),
                body: parts.count > 1 ? try? JSONText(parts[1].utf8) : nil
            )
        }

        func post(_ body: String) async throws -> Answer {
            try await curl("/primes", "-H", "Content-Type: application/json", "-d", body)
        }

        /// Sends a task.
        ///
        /// - Returns: where it can be asked for.
        func send(below limit: Int) async throws -> String {
            let answer = try await post(#"{"below": \#(limit)}"#)
            #expect(answer.status == 202)
            let id = try #require(answer.body?[key: "id"]?.string)
            #expect(answer.headers.contains("location: /tasks/\(id)"))
            return "/tasks/\(id)"
        }
    }

    private func withService(_ body: (Service) async throws -> Void) async throws {
        try await Workplace.with(.redis) { place in
            let port = try freePort()
            try await place.withProgram(
                Example.program("hummingbird-service"),
                environment: ["PORT": "\(port)"]
            ) { process in
                let service = Service(place: place, process: process, port: port)
                try await eventually {
                    (try? await service.curl("/tasks/none").status) == 404
                }
                try await body(service)
            }
        }
    }

    @Test("sends a task, and has its result when it has ended")
    func result() async throws {
        try await withService { service in
            let path = try await service.send(below: 1000)
            let answer = try await service.curl("\(path)?wait=20s")
            #expect(answer.status == 200)
            #expect(answer.body?[key: "state"]?.string == "succeeded")
            let primes = try #require(answer.body?[key: "result"])
            #expect(primes[key: "count"]?.integer == 168)
            #expect(primes[key: "largest"]?.integer == 997)
        }
    }

    @Test("says that a task has failed and why, and refuses what it does not understand")
    func failures() async throws {
        try await withService { service in
            let path = try await service.send(below: 10_000_001)
            let answer = try await service.curl("\(path)?wait=20")
            #expect(answer.status == 200)
            #expect(answer.body?[key: "state"]?.string == "failed")
            #expect(answer.body?[key: "error"]?[key: "type"]?.string == "TooLarge")
            #expect(try await service.post(#"{"below": "x"}"#).status == 400)
            #expect(try await service.curl("\(path)?wait=soon").status == 400)
            #expect(try await service.curl("/tasks/none?wait=20s").status == 404)
        }
    }

    @Test("answers a long poll when the result is there, and not before")
    func longPoll() async throws {
        try await withService { service in
            let path = try await service.send(below: 1_000_000)
            let first = try await service.curl(path)
            #expect(first.status == 202)
            #expect(first.body?[key: "state"]?.string == "pending")
            let answer = try await service.curl("\(path)?wait=60s")
            #expect(answer.status == 200)
            #expect(answer.body?[key: "result"]?[key: "count"]?.integer == 78_498)
        }
    }

    @Test("is told to end: keeps nobody waiting, ends what runs, loses nothing")
    func shutdown() async throws {
        try await withService { service in
            let path = try await service.send(below: 1_000_000)
            async let poll = service.curl("\(path)?wait=60s")
            let id = String(path.dropFirst("/tasks/".count))
            try await eventually {
                try await service.place.result(id, "--state").output == "PROGRESS\n"
            }
            // The request has come so far that the service listens for the result.
            let redis = try #require(service.place.redis)
            try await eventually {
                try await redis.cli("PUBSUB", "NUMSUB", "celery-task-meta-\(id)").hasSuffix("1")
            }
            service.process.signal(SIGTERM)
            #expect(try await poll.status == 202)
            #expect(try await service.process.waitForExit(timeout: .seconds(60)) == .exited(0))
            #expect(try await service.place.result(id).output.contains(#""count":78498"#))
        }
    }

    @Test("links Redis and not SQLite")
    func linkage() async throws {
        let libraries = try await Example.libraries("hummingbird-service")
        #expect(libraries.contains("libhiredis"))
        #expect(!libraries.contains("libsqlite3"))
    }
}
