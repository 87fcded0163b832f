import TaskQueue
import TestSupport
import Testing

@Suite(
    "a task that is tried again, beside Celery",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct CeleryRetryTests {
    @Test("is in the state RETRY in Python, keeps its body to the byte, and has its result there")
    func state() async throws {
        let command = "test $TQ_RETRIES = 1 && exit; echo why >&2; echo 2; exit 75"
        let tasks = ["celery_app.echo": command]
        try await Workplace.with(.redis, tasks: tasks) { place in
            let send = """
                from celery_app import *
                print(echo.s("é", k=1.0).apply_async().id)
                """
            let sent = try await Celery.python(send, broker: place.url).succeeded()
            let before = try #require(try await place.messages().first)
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("(retry 1)")
                let script = """
                    from celery_app import *
                    result = app.AsyncResult("\(sent.lines[0])")
                    print(result.state, type(result.info).__name__, result.info, result.traceback)
                    print(result.get(timeout=20), result.state)
                    """
                async let seen = Celery.python(script, broker: place.url)
                try await eventually { try await place.messages().first != nil }
                let after = try #require(try await place.messages().first)
                #expect(after.isDelayed && after.body.bytes == before.body.bytes)
                #expect(
                    try await seen.succeeded().lines == [
                        "RETRY CommandFailed exit status 75: asked to be tried again why",
                        "None SUCCESS",
                    ]
                )
            }
        }
    }

    @Test("waits where only tq looks while a tq worker lives, and runs there")
    func owner() async throws {
        let command = "test $TQ_RETRIES = 1 && echo tq && exit; echo 1; exit 75"
        let tasks = ["celery_app.whoami": command]
        try await Workplace.with(.redis, tasks: tasks) { place in
            let send = "from celery_app import *; print(whoami.delay(1).id)"
            let sent = try await Celery.python(send, broker: place.url).succeeded()
            try await place.withWorker { worker in
                try await worker.waitUntilPrinted("(retry 1)")
                try await Celery.withWorker(on: place.url) { _ in
                    let result = try await place.result(sent.lines[0], "-w", "--timeout", "20")
                    #expect(result.output == "tq\n")
                }
            }
        }
    }
}
