import RedisTransport
import TaskQueue
import TestSupport
import Testing

/// Each step is done while one thing after the other fails that it needs; what it needs it tells itself.
@Suite(
    "a step of Redis's that cannot do all of its work does none",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct RedisHalfDoneTests {
    /// Under which a step may find something else.
    private static let keys = [
        "celery", "other", "tq:delayed:celery", "tq:delayed:other", "tq:dead:celery", "unacked",
        "unacked_index", "tq:unique:key", "tq:bell:other", "tq:suspects:celery",
        "tq:suspects:other", "tq:suspected",
    ]
    /// Under which only one that takes may.
    private static let workersKeys = [
        "tq:workers", "tq:paused", "tq:revoked", "tq:lookout:celery", "tq:gate:celery",
        "tq:bell:celery", "tq:connection:worker", "tq:outage", "tq:renewed", "tq:arrived:celery",
        "tq:clearing", "tq:deaths", "tq:finding:dead",
    ]

    @Test("which is a command that the user may not run", arguments: ScriptStep.all)
    func commands(_ step: ScriptStep) async throws {
        try await RedisServer.with { server in
            let trial = try await Trial(step, on: server)
            let commands = try await trial.commands()
            #expect(commands.contains("evalsha") || commands.contains("eval"))
            for command in commands {
                try await trial.run(without: command) {
                    _ = try await server.cli("ACL", "SETUSER", "me", "-\(command)")
                } mend: {
                    _ = try await server.cli("ACL", "SETUSER", "me", "+\(command)")
                }
            }
        }
    }

    @Test(
        "which is a channel that the user may not use",
        arguments: ScriptStep.all.filter(\.storesResult)
    )
    func channels(_ step: ScriptStep) async throws {
        try await RedisServer.with { server in
            try await Trial(step, on: server).run(without: "channels") {
                _ = try await server.cli("ACL", "SETUSER", "me", "resetchannels")
            } mend: {
                _ = try await server.cli("ACL", "SETUSER", "me", "allchannels")
            }
        }
    }

    @Test("which is a key that holds something else, and is named", arguments: ScriptStep.all)
    func types(_ step: ScriptStep) async throws {
        try await RedisServer.with { server in
            let trial = try await Trial(step, on: server)
            let own = ["celery-task-meta-\(trial.message.id)", "tq:sent:\(trial.hour)"]
            for key in Self.keys + (step.takes ? Self.workersKeys : []) + own {
                try await trial.run(without: key, naming: key) {
                    // A type that nothing of ours has.
                    let add =
                        "if redis.call('EXISTS', KEYS[1]) == 0 then "
                        + "redis.call('XADD', KEYS[1], '*', 'field', 'value') end"
                    _ = try await server.cli("EVAL", add, "1", key)
                } mend: {
                    let remove =
                        "if redis.call('TYPE', KEYS[1]).ok == 'stream' then "
                        + "redis.call('DEL', KEYS[1]) end"
                    _ = try await server.cli("EVAL", remove, "1", key)
                }
            }
        }
    }
}

/// One step on a server, done by a user who may not do all.
private struct Trial {
    let step: ScriptStep
    let server: RedisServer
    let message = OutgoingMessage.sample()
    /// Who may do all.
    private let admin: RedisBroker
    private let broker: RedisBroker

    init(_ step: ScriptStep, on server: RedisServer) async throws {
        _ = try await server.cli(
            ["ACL", "SETUSER", "me", "on", ">pw", "~*", "&*", "+@all"]
        )
        self.step = step
        self.server = server
        admin = try server.broker("dead")
        broker = try RedisBroker(
            .reading("redis://me:pw@127.0.0.1:\(server.port)"),
            worker: "worker",
            timeout: .seconds(30),
            resultLifetime: .seconds(600)
        )
    }

    /// Of the hash that remembers what was sent.
    var hour: UInt64 { TaskIDParts(message.id)?.bucket ?? 0 }

    /// Those that the server runs for the step; but for what begins a transaction, which is no script.
    func commands() async throws -> [String] {
        let held = try await prepare()
        _ = try await server.cli("CONFIG", "RESETSTAT")
        try step.work(broker, message, held)
        return try await server.cli("INFO", "commandstats").split { $0.isNewline }.compactMap {
            line in
            guard let start = line.firstRange(of: "cmdstat_"), !line.contains("|"),
                let end = line.firstIndex(of: ":")
            else { return nil }
            return String(line[start.upperBound..<end])
        }.filter { $0 != "info" && $0 != "multi" }
    }

    private func prepare() async throws -> [Delivery] {
        _ = try await server.cli("FLUSHALL")
        let held = try step.prepare(admin, message)
        _ = try await server.cli("ZADD", "tq:workers", "XX", "1", "dead")
        return held
    }

    func run(
        without what: String,
        naming key: String? = nil,
        fault: () async throws -> Void,
        mend: () async throws -> Void
    ) async throws {
        let held = try await prepare()
        try await fault()
        do {
            try step.work(broker, message, held)
        } catch {
            try await mend()
            try await expect(step.messages.before, result: false, "without \(what): \(error)")
            if let key { #expect("\(error)".contains(key), "\(error) does not name \(key)") }
            try step.work(broker, message, held)
        }
        try await mend()
        try await expect(step.messages.after, result: step.storesResult, "with \(what) again")
    }

    /// All messages, wherever they are; and whether the task has a result.
    private func expect(_ count: Int, result: Bool, _ when: String) async throws {
        let places = """
            local count = redis.call('HLEN', 'unacked')
            for _, queue in ipairs({'celery', 'other'}) do
                count = count + redis.call('LLEN', queue) + redis.call('LLEN', 'tq:arrived:' .. queue)
                    + redis.call('ZCARD', 'tq:delayed:' .. queue)
                    + redis.call('ZCARD', 'tq:dead:' .. queue)
                    + redis.call('ZCARD', 'tq:suspects:' .. queue)
            end
            return {count, redis.call('EXISTS', KEYS[1])}
            """
        let found = try await server.cli("EVAL", places, "1", "celery-task-meta-\(message.id)")
        #expect(found == "\(count)\n\(result ? 1 : 0)", "messages, results: \(step.name) \(when)")
    }
}
