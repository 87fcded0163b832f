import TestSupport
import Testing

@Suite(
    "a server that may lose tasks",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct AdviceTests {
    @Test("by evicting them is warned of, by a worker at its start and by --check")
    func eviction() async throws {
        let options = ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"]
        try await Workplace.with(.redis, redis: options) { place in
            let warning = "may evict tasks when its memory is full (maxmemory-policy allkeys-lru)"
            let worker = try await place.work("--", "true")
            #expect(worker.errors.ranges(of: warning).count == 1)
            let check = try await place.run("tq-work", "--check", "--", "true")
            #expect(check.status == .exited(0) && check.errors.contains(warning))
            #expect(check.errors.contains("saves nothing, and forgets all tasks when it ends"))
        }
    }

    @Test("is none where it keeps them, or does not say")
    func none() async throws {
        try await Workplace.with(.redis, redis: ["--appendonly", "yes"]) { place in
            let redis = try #require(place.redis)
            #expect(try await place.run("tq-work", "--check", "--", "true").errors == "")
            _ = try await redis.cli("CONFIG", "SET", "appendonly", "no")
            let user = ["ACL", "SETUSER", "me", "on", ">pw", "~*", "&*", "+@all", "-@dangerous"]
            _ = try await redis.cli(user)
            let url = "redis://me:pw@127.0.0.1:\(redis.port)"
            let check = try await place.run("tq-work", "--check", "-b", url, "--", "true")
            #expect(check.status == .exited(0) && check.errors == "")
        }
    }
}
