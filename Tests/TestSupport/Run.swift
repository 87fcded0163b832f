/// Runs a program to its end and returns what it left behind.
///
/// It gets an environment of its own: `PATH` with the programs of this build first, `HOME`,
/// `TZ=UTC` and `LC_ALL=C.UTF-8`; no controlling terminal, no signal ignored or blocked.
///
/// - Parameters:
///   - program: a name to look for beside the tests and in the system's folders, or a path.
///   - arguments: without the program's name.
///   - input: all of its standard input.
///   - environment: added to its environment; `nil` takes a variable out of it.
///   - directory: its working directory and `HOME`; without one, an empty one that is then removed.
///   - timeout: when it and all it started are killed.
/// - Returns: what it left behind, however it ended.
/// - Throws: ``ProcessError``, among them ``ProcessError/timedOut(_:limit:)``. How the program
///   ended is no error but ``Outcome/status``.
package func run(
    _ program: String,
    _ arguments: String...,
    input: String = "",
    environment: [String: String?] = [:],
    directory: String? = nil,
    timeout: Duration = .seconds(120)
) async throws -> Outcome {
    try await run(
        program,
        arguments: arguments,
        input: Array(input.utf8),
        environment: environment,
        directory: directory,
        timeout: timeout
    )
}

/// Runs a program to its end, with arguments and standard input as arrays.
///
/// Else as ``run(_:_:input:environment:directory:timeout:)``.
package func run(
    _ program: String,
    arguments: [String],
    input: [UInt8] = [],
    environment: [String: String?] = [:],
    directory: String? = nil,
    timeout: Duration = .seconds(120)
) async throws -> Outcome {
    try await withDirectory(directory) { directory in
        let process = try Spawned(
            Invocation(
                program: program,
                arguments: arguments,
                environment: environment,
                directory: directory,
                input: input
            ),
            timeout: timeout
        )
        return try await process.finalOutcome()
    }
}

/// Starts a program, lends it to `body` while it runs, and then kills it with all it started.
///
/// Else as ``run(_:_:input:environment:directory:timeout:)``.
///
/// - Parameters:
///   - program: a name to look for beside the tests and in the system's folders, or a path.
///   - arguments: without the program's name.
///   - input: what it finds on standard input at once.
///   - keepsInputOpen: whether `body` goes on with ``Spawned/write(_:)``; else its standard input
///     ends after `input`.
///   - environment: added to its environment; `nil` takes a variable out of it.
///   - directory: its working directory and `HOME`; without one, an empty one that is then removed.
///   - body: what to do while it runs, or after it has ended by itself.
/// - Returns: what `body` returns.
/// - Throws: ``ProcessError`` when it cannot be started; what `body` throws.
package func withProcess<Value>(
    _ program: String,
    _ arguments: String...,
    input: String = "",
    keepsInputOpen: Bool = false,
    environment: [String: String?] = [:],
    directory: String? = nil,
    _ body: (Spawned) async throws -> Value
) async throws -> Value {
    try await withDirectory(directory) { directory in
        let invocation = Invocation(
            program: program,
            arguments: arguments,
            environment: environment,
            directory: directory,
            input: Array(input.utf8),
            keepsInputOpen: keepsInputOpen
        )
        return try await Spawned(invocation).use(body)
    }
}

/// Lends `path`, or a folder made for the purpose, once there is room for another process.
func withDirectory<Value>(
    _ path: String?,
    _ body: (String) async throws -> Value
) async throws -> Value {
    guard let path else {
        return try await TemporaryDirectory.with { try await body($0.path) }
    }
    return try await Admission.shared.admitted { try await body(path) }
}
