import RedisTransport
import TaskQueue
import TestSupport
import Testing

@Suite(
    "what Redis refuses, and what to do about it",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct RedisRefusalTests {
    /// A state of a server, and what becomes of a task that is sent to it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Of redis-server.
        var options: [String] = []
        /// Words of redis-cli that bring the state about.
        var commands: [[String]] = []
        /// In the reason.
        let phrase: String
        var isCredentials = false
        var isUnusable = false

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "READONLY",
            commands: [["REPLICAOF", "127.0.0.1", "1"]],
            phrase: "it is a read-only replica now"
        ),
        Case(
            name: "MASTERDOWN",
            options: ["--replica-serve-stale-data", "no"],
            commands: [["REPLICAOF", "127.0.0.1", "1"]],
            phrase: "a replica that has lost its master"
        ),
        Case(name: "OOM", options: ["--maxmemory", "1"], phrase: "raise its maxmemory"),
        Case(
            name: "NOREPLICAS",
            commands: [["CONFIG", "SET", "min-replicas-to-write", "1"]],
            phrase: "fewer replicas follow it"
        ),
        Case(
            name: "NOAUTH",
            commands: [["CONFIG", "SET", "requirepass", "s3cret"]],
            phrase: "it requires a password",
            isCredentials: true
        ),
        Case(
            name: "NOPERM",
            commands: [["ACL", "SETUSER", "default", "-lpush"]],
            phrase: "ACL SETUSER allows it commands",
            isCredentials: true
        ),
        Case(
            name: "CLUSTERDOWN",
            options: ["--cluster-enabled", "yes"],
            phrase: "a node of a Redis Cluster",
            isUnusable: true
        ),
        Case(
            name: "CROSSSLOT",
            options: ["--cluster-enabled", "yes"],
            commands: [["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]],
            phrase: "a node of a Redis Cluster",
            isUnusable: true
        ),
        Case(
            name: "ERR unknown command",
            options: ["--rename-command", "EVAL", ""],
            phrase: "does not know a command",
            isUnusable: true
        ),
    ]

    @Test("is told in a sentence, with the server's own word", arguments: cases)
    func states(_ state: Case) async throws {
        // Its own choice may be above the last port.
        let bus =
            state.options.contains("--cluster-enabled")
            ? ["--cluster-port", "\(try freePort())"] : []
        try await RedisServer.with(options: state.options + bus) { server in
            for words in state.commands { _ = try await server.cli(words) }
            // A cluster takes a moment to see that it is complete.
            try await eventually { Self.isTold(state.name, Self.errorOfUsing(server.url)) }
            try Self.expect(state, Self.errorOfUsing(server.url))
        }
    }

    @Test("is told while a script keeps it busy, and passes")
    func busy() async throws {
        try await RedisServer.with("--busy-reply-threshold", "20") { server in
            async let script = server.cli("EVAL", "while true do end", "0")
            let state = Case(name: "BUSY", phrase: "SCRIPT KILL")
            try await eventually { Self.isTold("BUSY", Self.errorOfUsing(server.url)) }
            try Self.expect(state, Self.errorOfUsing(server.url))
            _ = try await server.cli("SCRIPT", "KILL")
            _ = try? await script
            #expect(Self.errorOfUsing(server.url) == nil)
        }
    }

    @Test("is told while it cannot write its data")
    func unsaved() async throws {
        try await RedisServer.with { server in
            // What cannot be replaced by a file.
            try server.directory.write("", to: "dump.rdb/in-the-way")
            _ = try await server.cli("CONFIG", "SET", "save", "3600 1")
            _ = try await server.cli("BGSAVE")
            try await eventually {
                try await server.cli("INFO", "persistence").contains("bgsave_status:err")
            }
            let state = Case(name: "MISCONF", phrase: "it cannot write its data to disk")
            try Self.expect(state, Self.errorOfUsing(server.url))
        }
    }

    @Test("is told while it reads its data, and passes")
    func loading() async throws {
        let slowly = ["--key-load-delay", "200", "--loading-process-events-interval-bytes", "1024"]
        try await RedisServer.with(options: slowly) { server in
            let fill = "for i = 1, 10000 do redis.call('SET', 'key' .. i, string.rep('x', 100)) end"
            _ = try await server.cli("EVAL", fill, "0")
            _ = try await server.cli("SAVE")
            await server.kill()
            try await server.start(until: "Loading RDB")
            let state = Case(name: "LOADING", phrase: "is loading its data from disk")
            try Self.expect(state, Self.errorOfUsing(server.url))
            try await eventually { Self.errorOfUsing(server.url) == nil }
        }
    }

    @Test("is told by who has clients enough, though it hangs up at once")
    func clients() async throws {
        try await RedisServer.with { server in
            let first = try server.broker()
            _ = try await server.cli("CONFIG", "SET", "maxclients", "1")
            let state = Case(name: "ERR", phrase: "raise its maxclients")
            // It hangs up before or after it has read what is sent.
            for url in [server.url, "unix://\(server.socketPath)"] {
                for _ in 0..<20 { try Self.expect(state, Self.errorOfUsing(url)) }
            }
            try first.send([.sample()])
        }
    }

    private static func expect(_ state: Case, _ error: BrokerError?) throws {
        let error = try #require(error)
        let text = "\(error)"
        #expect(text.contains(state.phrase), "\(text)")
        #expect(isTold(state.name, error), "\(text)")
        switch error {
        case .refused: #expect(!state.isCredentials && !state.isUnusable)
        case .refusedCredentials: #expect(state.isCredentials)
        case .unusable: #expect(state.isUnusable)
        default: Issue.record("\(text)")
        }
        #expect(error.mayPass == !(state.isCredentials || state.isUnusable))
    }

    /// Whether the server's own word stands in brackets.
    private static func isTold(_ word: String, _ error: BrokerError?) -> Bool {
        error?.description.contains("(\(word)") == true
    }

    /// Counts tasks, sends one there, and takes it.
    private static func errorOfUsing(_ url: String) -> BrokerError? {
        do {
            let broker = try RedisBroker(
                .reading(url),
                worker: "worker",
                timeout: .seconds(30),
                resultLifetime: nil
            )
            _ = try broker.count(waitingIn: .celery)
            try broker.send([.sample()])
            _ = try broker.receive(from: [.celery], upTo: 1)
            return nil
        } catch {
            return error as? BrokerError
        }
    }
}
