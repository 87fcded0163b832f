import TaskQueue
import TestSupport
import Testing

@Suite(
    "a task that Celery sends and tq-work runs",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Celery.isInstalled, "Celery"),
    .timeLimit(.minutes(60))
)
struct CeleryToWorkTests {
    private static let tasks = [
        "celery_app.add": "echo $(($1 + $2))",
        "celery_app.fail": "echo \"about $1\" >&2; exit 3",
        "celery_app.echo": "cat",
        "lookup":
            #"echo '{"tq": {"error": {"type": "KeyError", "module": "builtins", "args": ["name"]}, "retry": 0}}' >&3"#,
        "celery_app.whoami": "echo $1 >>order",
    ]

    /// Runs a Python script beside a worker.
    ///
    /// - Returns: the lines that the script prints.
    private func lines(_ script: String) async throws -> [String] {
        try await Workplace.with(.redis, tasks: Self.tasks) { place in
            try await place.withWorker("-c 2") { _ in
                try await Celery.python("from celery_app import *\n\(script)", broker: place.url)
                    .succeeded().lines
            }
        }
    }

    @Test("has its result in Python")
    func result() async throws {
        #expect(try await lines("print(add.delay(2, 3).get(timeout=20))") == ["5"])
    }

    @Test("may have a UUID for its id, and an exception keeps its arguments when no try is left")
    func identifiers() async throws {
        let script = """
            import uuid
            id = uuid.uuid4()
            result = add.apply_async([2, 3], task_id=id, root_id=id, parent_id=uuid.uuid4())
            print(result.get(timeout=20), app.AsyncResult(str(id)).result)
            try:
                app.send_task("lookup", headers={"max_retries": 0}).get(timeout=20)
            except KeyError as error:
                print(repr(error))
            """
        #expect(try await lines(script) == ["5 5", "KeyError('name')"])
    }

    @Test("raises in Python when its command fails, with its stderr as traceback")
    func failure() async throws {
        let script = """
            result = fail.delay("bøøm")
            try:
                result.get(timeout=20)
            except Exception as error:
                print(type(error).__name__, error)
            print(result.state, result.traceback, result.failed(), sep="|")
            print(type(result.result).__name__)
            """
        #expect(
            try await lines(script) == [
                "CommandFailed exit status 3", "FAILURE|about bøøm|True", "CommandFailed",
            ]
        )
    }

    @Test("has its arguments, and the options of apply_async")
    func options() async throws {
        let script = """
            import json
            task = echo.apply_async(
                ["é☃😀", 1.5, None, [True]], {"größe": 10 ** 20}, task_id="my-id", priority=3,
                time_limit=30, soft_time_limit=20, headers={"own": "header"})
            print(json.dumps(task.get(timeout=20)))
            """
        let object = try JSONText(try #require(try await lines(script).first).utf8)
        #expect(object[key: "id"]?.string == "my-id")
        #expect(object[key: "task"]?.string == "celery_app.echo")
        #expect(object[key: "args"]?.elements?.first?.string == "é☃😀")
        #expect(
            object[key: "args"]?.elements?.dropFirst().map(\.text) == ["1.5", "null", "[true]"]
        )
        #expect(object[key: "kwargs"]?[key: "größe"]?.text == "100000000000000000000")
        #expect(object[key: "priority"]?.integer == 3)
        #expect(object[key: "timelimit"]?.elements?.map(\.text) == ["30", "20"])
        #expect(object[key: "root_id"]?.string == "my-id")
        #expect(object[key: "headers"]?[key: "own"]?.string == "header")
    }

    @Test("waits for its ETA, expires, and stores no result if nobody wants one")
    func times() async throws {
        let script = """
            import time
            began = time.time()
            print(add.apply_async((2, 3), countdown=1.5).get(timeout=20))
            print(time.time() - began > 1.5)
            expired = add.apply_async((2, 3), expires=-1)
            try:
                expired.get(timeout=20)
            except Exception as error:
                print(type(error).__name__, error)
            print(expired.state)
            ignored = add.apply_async((2, 3), ignore_result=True)
            print(add.delay(3, 4).get(timeout=20))
            print(app.backend.client.exists("celery-task-meta-" + ignored.id))
            """
        let printed = try await lines(script)
        #expect(printed == ["5", "True", "TaskRevokedError expired", "REVOKED", "7", "0"])
    }

    @Test("is taken in the order of its priority")
    func priority() async throws {
        try await Workplace.with(.redis, tasks: Self.tasks) { place in
            let script = """
                from celery_app import *
                for priority in (9, 3, 0, 6):
                    whoami.apply_async((priority,), priority=priority)
                whoami.apply_async(("default",))
                """
            try await Celery.python(script, broker: place.url).succeeded()
            try await place.work()
            #expect(place.lines("order") == ["0", "default", "3", "6", "9"])
        }
    }

    @Test("may be compressed; a pickled one is refused, and Python hears of it")
    func encodings() async throws {
        let script = """
            for compression in ("zlib", "gzip", "bzip2", "lzma"):
                print(add.apply_async((2, 3), compression=compression).get(timeout=20))
            try:
                add.apply_async((2, 3), serializer="pickle").get(timeout=20)
            except Exception as error:
                print(type(error).__name__, error)
            """
        let printed = try await lines(script)
        #expect(printed.prefix(4) == ["5", "5", "5", "5"])
        #expect(printed.last?.hasPrefix("DecodeError refused a body of type") ?? false)
    }

    @Test("may be of protocol 1, with a callback")
    func protocol1() async throws {
        try await Workplace.with(.redis, tasks: Self.tasks) { place in
            let script = """
                from celery_app import *
                app.conf.task_protocol = 1
                print(add.apply_async((1, 2), link=add.s(3)).id)
                print(add.apply_async((1, 2)).id)
                """
            let ids = try await Celery.python(script, broker: place.url).succeeded().lines
            try await place.work()
            #expect(try await place.deadLetters().isEmpty)
            for id in ids { #expect(try await place.result(id).output == "3\n") }
            let look = """
                from celery_app import *
                print(app.AsyncResult("\(ids[0])").children[0].get(timeout=20))
                """
            let child = try await Celery.python(look, broker: place.url).succeeded()
            #expect(child.output == "6\n")
        }
    }

    @Test("may be one of many, whose results come back to a waiting client")
    func many() async throws {
        let script = """
            results = [add.delay(n, n) for n in range(200)]
            print(sum(result.get(timeout=30) for result in results))
            """
        #expect(try await lines(script) == ["39800"])
    }
}
