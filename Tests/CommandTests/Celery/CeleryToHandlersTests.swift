import TestSupport
import Testing

@Suite(
    "a task that Celery sends and a Swift handler runs",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct CeleryToHandlersTests {
    @Test("has typed results and typed failures in Python, however its arguments are given")
    func calls() async throws {
        let script = """
            from celery_app import app
            from datetime import datetime, timezone
            def call(name, *args, **kwargs):
                return app.send_task(name, args, kwargs)
            print(call("add", 2, 3).get(timeout=20))
            print(call("divide", dividend=3, divisor=4).get(timeout=20))
            print(call("divide", 3, divisor=4).get(timeout=20))
            print(call("move", {"x": 1, "y": 2}, 10).get(timeout=20))
            print(call("nothing").get(timeout=20))
            day = datetime(1970, 1, 2, tzinfo=timezone.utc)
            print(call("optional", 1, "b", day, {"x": 4, "y": 0}).get(timeout=20))
            print(call("optional", 1, None, None, None).get(timeout=20))
            print(call("next_day", datetime(2026, 2, 28, 12, 30, tzinfo=timezone.utc)).get(timeout=20))
            for failing in (call("divide", 1, 0), call("add", "a", 1), call("weather", 3)):
                try:
                    failing.get(timeout=20)
                except Exception as error:
                    print(type(error).__name__, error, sep="|")
                print(failing.state)
            print(call("stubborn").get(timeout=20))
            """
        let lines = try await Workplace.with(.redis) { place in
            try await place.withProgram("test-handlers -c 8") { _ in
                try await Celery.python(script, broker: place.url).succeeded().lines
            }
        }
        #expect(
            lines == [
                "5", "0.75", "0.75", "{'x': 11, 'y': 12}", "None",
                "1 b 86400.0 4", "1 - - 0", "2026-03-01T12:30:00+00:00",
                "ZeroDivisionError|division by zero", "FAILURE",
                "BadArguments|the argument 1 is not a whole number", "FAILURE",
                "Weather|tooWet", "FAILURE",
                "dry",
            ]
        )
    }
}
