import Glibc

/// The real Celery, from the Python environment that `packaging/setup test` makes.
///
/// Its application is `Tests/CommandTests/Fixtures/celery_app.py`, importable as `celery_app`; `celery_queues` is the same
/// with queues of all kinds.
package enum Celery {
    /// Where that Python environment is: `$TQ_CELERY_VENV`, or the place where the set-up puts it.
    private static let environmentPath =
        getenv("TQ_CELERY_VENV").map { String(cString: $0) }
        ?? SourceTree.path(".build/celery-venv")

    /// The program that runs Python there.
    package static var python: String { "\(environmentPath)/bin/python" }

    /// Whether the Python environment with Celery is there.
    package static var isInstalled: Bool { access("\(environmentPath)/bin/celery", X_OK) == 0 }

    /// Lends a Celery worker that is ready to take tasks to `body`, and kills it afterwards.
    ///
    /// It runs one task at a time, in its own process (`--pool solo`).
    ///
    /// - Parameters:
    ///   - application: the module that it is in.
    ///   - broker: the URL of its broker.
    ///   - backend: that of its result backend; `nil`: the same.
    ///   - queues: which it takes from.
    ///   - arguments: more options of `celery worker`.
    ///   - body: what to do while it runs.
    /// - Returns: what `body` returns.
    /// - Throws: ``ProcessError`` when it does not start; what `body` throws.
    package static func withWorker<Value>(
        of application: String = "celery_app",
        on broker: String,
        backend: String? = nil,
        queues: [String] = ["celery"],
        arguments: [String] = [],
        _ body: (Spawned) async throws -> Value
    ) async throws -> Value {
        try await withDirectory(nil) { directory in
            let options = [
                "-m", "celery", "-A", application, "worker", "--pool", "solo",
                "--loglevel", "INFO", "--without-mingle", "-Q", queues.joined(separator: ","),
            ]
            let worker = try Spawned(
                Invocation(
                    program: python,
                    arguments: options + arguments,
                    environment: environment(broker, backend),
                    directory: directory
                )
            )
            return try await worker.use { worker in
                try await worker.waitUntilPrinted(" ready.", timeout: .seconds(60))
                return try await body(worker)
            }
        }
    }

    /// Runs a Python script that may `import celery_app`, whose broker and result backend is the
    /// one at the URL `broker`.
    ///
    /// A script that fails is no error here: look at ``Outcome/succeeded()``.
    package static func python(
        _ script: String,
        broker: String,
        backend: String? = nil,
        timeout: Duration = .seconds(60)
    ) async throws -> Outcome {
        try await run(
            python,
            arguments: ["-c", script],
            environment: environment(broker, backend),
            timeout: timeout
        )
    }

    private static func environment(
        _ broker: String,
        _ backend: String?
    ) -> [String: String?] {
        [
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": SourceTree.path("Tests/CommandTests/Fixtures"),
            "PYTHONUNBUFFERED": "1",
            "TQ_TEST_BACKEND": backend ?? broker,
            "TQ_TEST_BROKER": broker,
        ]
    }
}
