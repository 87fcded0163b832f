import TestSupport
import Testing

extension Workplace {
    var environment: [String: String?] {
        ["TQ_BROKER_URL": url, "TQ_RESULT_BACKEND": resultURL]
    }

    /// Runs a program to its end.
    func run(
        _ program: String,
        _ arguments: String...,
        input: String = "",
        environment: [String: String?] = [:]
    ) async throws -> Outcome {
        try await TestSupport.run(
            program,
            arguments: arguments,
            input: Array(input.utf8),
            environment: self.environment.merging(environment) { $1 },
            directory: path,
            timeout: .seconds(60)
        )
    }

    /// Runs a script to its end, with bash: it tells the exit status of each part of a pipeline.
    func shell(
        _ script: String,
        input: String = "",
        environment: [String: String?] = [:],
        timeout: Duration = .seconds(60)
    ) async throws -> Outcome {
        try await TestSupport.run(
            "bash",
            arguments: ["-c", script],
            input: Array(input.utf8),
            environment: self.environment.merging(environment) { $1 },
            directory: path,
            timeout: timeout
        )
    }

    /// Starts a command line, lends the program to `body` while it runs, and then kills it with all
    /// it started.
    func withProgram<Value>(
        _ commandLine: String,
        input: String = "",
        keepsInputOpen: Bool = false,
        environment: [String: String?] = [:],
        _ body: (Spawned) async throws -> Value
    ) async throws -> Value {
        try await withProcess(
            "sh",
            "-c",
            "exec \(commandLine)",
            input: input,
            keepsInputOpen: keepsInputOpen,
            environment: self.environment.merging(environment) { $1 },
            directory: path,
            body
        )
    }

    /// Starts a worker with these options, as a shell reads them, and lends it to `body`.
    func withWorker<Value>(
        _ options: String = "",
        _ body: (Spawned) async throws -> Value
    ) async throws -> Value {
        try await withProgram("tq-work \(options)", body)
    }

    /// Sends a task, which has to go well.
    ///
    /// - Returns: its id.
    func send(_ arguments: String...) async throws -> String {
        let outcome = try await TestSupport.run(
            "tq-send",
            arguments: arguments,
            environment: environment,
            directory: path
        )
        return try #require(outcome.succeeded().lines.first)
    }

    /// Runs all tasks that wait, one at a time, with a worker with these options.
    @discardableResult
    func work(_ options: String...) async throws -> Outcome {
        try await TestSupport.run(
            "tq-work",
            arguments: ["--burst", "-c", "1"] + options,
            environment: environment,
            directory: path
        ).succeeded()
    }

    /// Asks for the result of a task.
    func result(_ id: String, _ options: String...) async throws -> Outcome {
        try await TestSupport.run(
            "tq-result",
            arguments: options + ["--", id],
            environment: environment,
            directory: path
        )
    }

    /// Sends a task, has a worker run it, and asks for its result.
    func outcome(of task: String, _ arguments: String...) async throws -> Outcome {
        let sent = try await TestSupport.run(
            "tq-send",
            arguments: ["--", task] + arguments,
            environment: environment,
            directory: path
        )
        try await work()
        return try await result(try #require(sent.succeeded().lines.first))
    }
}
