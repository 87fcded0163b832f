import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite("How long Redis is waited for", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisDeadlineTests {
    @Test("an answer that trickles in for ever is given up when its time is over")
    func trickle() async throws {
        let server = try TrickleServer()
        try await onThread {
            let start = Instant.now
            let error = #expect(throws: BrokerError.self) {
                let broker = try RedisBroker(
                    .reading("redis://127.0.0.1:\(server.port)"),
                    worker: "worker",
                    timeout: .milliseconds(500),
                    resultLifetime: nil
                )
                _ = try broker.count(waitingIn: .celery)
            }
            #expect(error?.description.hasSuffix(": no answer in time") == true)
            #expect(Instant.now - start < .seconds(3))
        }
    }

    @Test("of the addresses of a name the first that answers is used")
    func addresses() async throws {
        try await RedisServer.with { server in
            // It is ::1 too, where nobody listens.
            let broker = try RedisBroker(
                .reading("redis://localhost:\(server.port)"),
                worker: "worker",
                timeout: .seconds(30),
                resultLifetime: nil
            )
            try broker.send([.sample()])
            #expect(try broker.count(waitingIn: .celery) == 1)
        }
    }

    @Test("a name that is none is told from a server that is not there")
    func unknownHost() throws {
        let error = #expect(throws: BrokerError.self) {
            _ = try RedisBroker(
                .reading("redis://no-such-host.invalid"),
                worker: "worker",
                timeout: .seconds(30),
                resultLifetime: nil
            )
        }
        guard case .unreachable(let url, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(url == "redis://no-such-host.invalid:6379")
        #expect(reason != "no answer in time" && !reason.isEmpty)
    }

    @Test("what is larger than the buffers comes through whole", arguments: [1 << 14, 5 << 20])
    func large(_ size: Int) async throws {
        try await RedisServer.with { server in
            let results = try server.results()
            let value = JSONText(string: String(repeating: "x", count: size))
            let ids = (0..<3).map { TaskID("id\($0)") }
            try results.store(ids.map { .success($0, value) })
            for status in try results.fetch(ids) {
                guard case .stored(let result) = status else {
                    Issue.record("\(status)")
                    continue
                }
                #expect(result.result == value)
            }
        }
    }
}
