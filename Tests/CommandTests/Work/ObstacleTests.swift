import TestSupport
import Testing

@Suite(
    "a key in Redis that holds something else",
    .requires(RedisServer.isInstalled, "redis-server"),
    .timeLimit(.minutes(60))
)
struct ObstacleTests {
    private static let tasks = ["echo": "echo $1 >>ran; echo $1"]

    @Test("under a result's name costs neither that task nor others, and is named")
    func result() async throws {
        try await Workplace.with(.redis, tasks: Self.tasks) { place in
            let redis = try #require(place.redis)
            // Afterwards: sending takes away what is there under the name.
            let script = """
                tq-send --id bad echo 1
                redis-cli -s \(redis.socketPath) rpush celery-task-meta-bad x >/dev/null
                tq-work -c 2 2>errors &
                tq-send -w echo 2
                until grep -q 'DEL.*celery-task-meta-bad' errors; do sleep 0.05; done
                redis-cli -s \(redis.socketPath) del celery-task-meta-bad >/dev/null
                tq-result --wait bad
                kill $!; wait
                cat ran
                """
            let outcome = try await place.shell(script)
            #expect(outcome.lines.prefix(3) == ["bad", "2", "1"])
            #expect(outcome.lines.dropFirst(3).sorted() == ["1", "2"])
            #expect(try await redis.cli("EXISTS", "unacked", "unacked_index", "celery") == "0")
        }
    }

    @Test("under a queue's name keeps nobody from the others")
    func queue() async throws {
        try await Workplace.with(.redis, tasks: Self.tasks) { place in
            let redis = try #require(place.redis)
            for key in ["bad", "tq:delayed:good", "tq:paused", "tq:revoked", "tq:lookout:good"] {
                _ = try await redis.cli("XADD", key, "*", "field", "value")
            }
            let script = """
                tq-work -c 2 -Q bad,good 2>errors &
                for n in 1 2 3; do tq-send -Q good -w echo $n; done
                until grep -q 'LRANGE bad' errors; do sleep 0.05; done
                redis-cli -s \(redis.socketPath) del bad >/dev/null
                tq-send -Q bad -w echo 4
                kill $!; wait
                """
            let outcome = try await place.shell(script)
            #expect(outcome.lines == ["1", "2", "3", "4"])
        }
    }
}
