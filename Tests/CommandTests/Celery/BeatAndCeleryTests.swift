import TaskBeat
import TaskQueue
import TestSupport
import Testing

@Suite(
    "periodic tasks between tq and Celery",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct BeatAndCeleryTests {
    @Test("a Celery worker runs what tq-beat sends every 2 s, on the clocks of Shanghai")
    func toCelery() async throws {
        let settings = """
            timezone = "Asia/Shanghai"
            [beat_schedule.add]
            task = "celery_app.add"
            schedule = 2
            args = [123, 456]
            [beat_schedule.crontab]
            task = "celery_app.whoami"
            schedule = "*/2 * * * * *"
            kwargs = { k = "v" }
            expires = "1h"
            """
        try await Workplace.with(.redis, settings: settings) { place in
            try await Celery.withWorker(on: place.url) { worker in
                try await place.withProgram("tq-beat --log-format json") { beat in
                    try await eventually {
                        worker.errorsSoFar.split(separator: "succeeded in").count > 6
                            && Self.sums(sentBy: beat).count >= 3
                    }
                    #expect(worker.errorsSoFar.contains(": 579"))
                    #expect(!worker.errorsSoFar.contains("ERROR"))
                    let sums = Self.sums(sentBy: beat)
                    let id = try #require(sums.first?[key: "id"]?.string)
                    #expect(try await place.result(id, "--wait").output == "579\n")
                    let seconds = sums.compactMap { $0[key: "at"]?.string?.dropLast(6).suffix(2) }
                    #expect(seconds.allSatisfy { Int($0).map { $0 % 2 == 0 } ?? false })
                }
            }
        }
    }

    /// What is in the log of the firings of the entry `add`.
    private static func sums(sentBy beat: Spawned) -> [JSONText] {
        beat.errorsSoFar.split(separator: "\n").compactMap { try? JSONText($0.utf8) }
            .filter { $0[key: "message"]?.string == "sent" && $0[key: "entry"]?.string == "add" }
    }

    @Test("tq-work runs what celery beat sends every 2 s")
    func fromCelery() async throws {
        let script = """
            import sys
            from celery_app import app
            app.conf.timezone = "Asia/Shanghai"
            app.conf.beat_schedule = {
                "add": {"task": "celery_app.add", "schedule": 2.0, "args": [123, 456]}
            }
            app.Beat(schedule="schedule", loglevel="WARNING").run()
            """
        let tasks = ["celery_app.add": "echo $(($1 + $2)) >>sums"]
        try await Workplace.with(.redis, tasks: tasks) { place in
            try place.write(script, to: "beat.py")
            let environment = [
                "TQ_TEST_BROKER": place.url, "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPATH": SourceTree.path("Tests/CommandTests/Fixtures"),
            ]
            try await place.withProgram("\(Celery.python) beat.py", environment: environment) { _ in
                try await place.withWorker { _ in
                    try await eventually(timeout: .seconds(30)) { place.lines("sums").count >= 3 }
                }
            }
            #expect(Set(place.lines("sums")) == ["579"])
        }
    }
}
