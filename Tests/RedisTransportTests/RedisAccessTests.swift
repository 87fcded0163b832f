import RedisTransport
import TaskBeat
import TaskQueue
import TestSupport
import Testing

@Suite("Who may speak to Redis", .requires(RedisServer.isInstalled, "redis-server"))
struct RedisAccessTests {
    @Test("a password opens, and its absence and another do not")
    func password() async throws {
        try await RedisServer.with(password: "s3cret@:") { server in
            let place = "127.0.0.1:\(server.port)"
            #expect(Self.errorOfUsing("redis://:s3cret%40%3A@\(place)") == nil)
            let none = Self.errorOfUsing("redis://\(place)")
            #expect(none?.description.contains("NOAUTH") == true)
            let wrong = Self.errorOfUsing("redis://:guess@\(place)")
            #expect(wrong?.description.contains("WRONGPASS") == true)
            for error in [none, wrong] {
                guard case .refusedCredentials = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
            let count = try await server.cli("LLEN", "celery")
            #expect(count == "1")
        }
    }

    @Test("a user may all that is wanted who has what the manual says")
    func manual() async throws {
        try await RedisServer.with { server in
            let rights = "~* &celery-task-meta-* &/*.celery.pidbox +@all -@dangerous -@admin"
            _ = try await server.cli(
                ["ACL", "SETUSER", "me", "on", ">s3cret"]
                    + rights.split(separator: " ").map(String.init)
            )
            let broker = try RedisBroker(
                .reading("redis://me:s3cret@127.0.0.1:\(server.port)"),
                worker: "worker",
                timeout: .seconds(30),
                resultLifetime: nil
            )
            try broker.send([.sample(), .sample(eta: .now() + .seconds(60))])
            let watch = try broker.watchArrivals(on: [.celery])
            let held = try broker.receive(from: [.celery], upTo: 5)
            try watch.resume(upTo: 100)
            #expect(held.count == 1)
            #expect(try broker.renewLease(holding: held.map(\.tag), serving: [.celery]))
            #expect(try broker.recoverTasks().isEmpty)
            #expect(try broker.finish(held.map { $0.finished(.success(.next())) }).isEmpty)
            #expect(try broker.queueNames() == [.celery])
            #expect(try broker.summaries(of: [.celery]).map(\.delayed) == [1])
            #expect(try broker.setPaused(.celery, true))
            try broker.revoke([.next()], for: .seconds(60))
            let table = "[beat_schedule.e]\ntask = 't'\nschedule = '@daily'\n"
            let drafts = try LiveEntryText.drafts(Array(table.utf8), of: "f", zone: .system)
            #expect(
                try broker.add(drafts.map(\.newEntry), replacing: false, at: .now()) == [.added]
            )
            let live = try broker.liveEntries().map { try LiveEntryText.entry($0).registration }
            #expect(try broker.register(live: live, at: .now()).count { $0 != nil } == 1)
            #expect(try broker.liveVersion() > 0 && broker.forget(entry: "e"))
            #expect(try broker.remove(live: "e") == .removed)
            #expect(try broker.purge(.celery, includingDelayed: true) == 1)
            try broker.releaseLease(serving: [.celery])
        }
    }

    @Test("a user opens what the access list lets it use")
    func user() async throws {
        try await RedisServer.with { server in
            _ = try await server.cli("ACL", "SETUSER", "me", "on", ">s3cret", "~*", "&*", "+@all")
            _ = try await server.cli("ACL", "SETUSER", "guest", "on", ">s3cret", "~other", "+@read")
            let place = "127.0.0.1:\(server.port)"
            #expect(Self.errorOfUsing("redis://me:s3cret@\(place)") == nil)
            for url in ["redis://guest:s3cret@\(place)", "redis://nobody:s3cret@\(place)"] {
                guard case .refusedCredentials = Self.errorOfUsing(url) else {
                    Issue.record("\(url) was let in")
                    continue
                }
            }
        }
    }

    @Test("a database is one of several")
    func database() async throws {
        try await RedisServer.with { server in
            let broker = try RedisBroker(
                server.address(database: 5),
                worker: "worker",
                timeout: .seconds(30),
                resultLifetime: nil
            )
            try broker.send([.sample()])
            #expect(try await server.cli("-n", "5", "LLEN", "celery") == "1")
            #expect(try await server.cli("DBSIZE") == "0")
            let error = Self.errorOfUsing("redis://127.0.0.1:\(server.port)/99")
            #expect(error?.description.contains("DB index is out of range") == true)
        }
    }

    @Test("a Unix socket leads there too")
    func socket() async throws {
        try await RedisServer.with { server in
            #expect(Self.errorOfUsing("unix://\(server.socketPath)?db=1") == nil)
            let count = try await server.cli("-n", "1", "LLEN", "celery")
            #expect(count == "1")
        }
    }

    @Test("where no server is, it is named, in good time")
    func unreachable() async throws {
        let port = try freePort()
        let start = Instant.now
        let error = Self.errorOfUsing("redis://:s3cret@127.0.0.1:\(port)")
        let expected = "cannot reach redis://:***@127.0.0.1:\(port): Connection refused"
        #expect(error?.description == expected)
        #expect(Instant.now - start < .seconds(3))
        let socket = Self.errorOfUsing("unix:///nowhere/redis.sock")
        let missing = "cannot reach unix:///nowhere/redis.sock: No such file or directory"
        #expect(socket?.description == missing)
    }

    @Test("a server that does not answer is given up on")
    func silent() async throws {
        try await RedisServer.with { server in
            server.pause()
            defer { server.resume() }
            let start = Instant.now
            let error = Self.errorOfUsing(server.url, timeout: .milliseconds(300))
            let expected = "cannot reach redis://127.0.0.1:\(server.port): no answer in time"
            #expect(error?.description == expected)
            #expect(Instant.now - start < .seconds(3))
        }
    }

    @Test("no error repeats a password or what was sent")
    func secrets() async throws {
        try await RedisServer.with("--rename-command", "AUTH", "") { server in
            let url = "redis://me:s3cret@127.0.0.1:\(server.port)"
            let error = try #require(Self.errorOfUsing(url))
            #expect(error.description.contains("unknown command"))
            #expect(!"\(error)".contains("s3cret"))
            #expect(!String(reflecting: error).contains("s3cret"))
        }
        try await RedisServer.with("--rename-command", "LPUSH", "") { server in
            let error = try #require(Self.errorOfUsing(server.url))
            #expect(error.description.contains("unknown command"))
            #expect(!error.description.contains("body"))
        }
    }

    /// Sends a task there.
    private static func errorOfUsing(
        _ url: String,
        timeout: Duration = .seconds(30)
    ) -> BrokerError? {
        do {
            let broker = try RedisBroker(
                .reading(url),
                worker: "worker",
                timeout: timeout,
                resultLifetime: nil
            )
            try broker.send([.sample()])
            return nil
        } catch {
            return error as? BrokerError
        }
    }
}
