import TestSupport
import Testing

@Suite(
    "a Celery worker and a tq-work on one queue",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct MixedFleetTests {
    /// Each has one slot, and they take turns; a busy machine slows one of them more.
    @Test("share what comes, one by one and many at once")
    func share() async throws {
        let tasks = ["celery_app.echo": "echo tq"]
        try await Workplace.with(.redis, tasks: tasks) { place in
            try await Celery.withWorker(
                on: place.url,
                arguments: ["--prefetch-multiplier", "1"]
            ) { _ in
                let script = """
                    tq-work -q -c 1 2>errors &
                    for n in $(seq 40); do tq-send -w celery_app.echo; done >one
                    seq 200 | tq-send -w celery_app.echo - >many
                    kill $!; wait
                    tq-ctl queues --json
                    """
                let outcome = try await place.shell(script)
                #expect(outcome.status == .exited(0))
                for (file, count) in [("one", 40), ("many", 200)] {
                    let ran = place.lines(file)
                    let ours = ran.count { $0 == "tq" }
                    #expect(ran.count == count)
                    #expect(
                        (count / 8..<count).contains(ours),
                        "\(ours) of \(count) in \(file)"
                    )
                }
                #expect(place.lines("errors").isEmpty)
                #expect(try await place.redis?.cli("EXISTS", "unacked", "celery") == "0")
            }
        }
    }
}
