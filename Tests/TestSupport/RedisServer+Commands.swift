extension RedisServer {
    /// Has redis-cli run a command, and returns the reply as it prints it, less the last newline.
    ///
    /// An array is a line an element, nil is empty, a number is itself.
    ///
    /// - Throws: ``ProcessError/failed(_:)`` when the server replies with an error.
    package func cli(_ words: String...) async throws -> String {
        try await command(words, [])
    }

    /// The same with the words in an array.
    @discardableResult
    package func cli(_ words: [String]) async throws -> String {
        try await command(words, [])
    }

    /// Has redis-cli run a command with `input`, to the byte, as its last word.
    ///
    /// For what is no text or too long for an argument: `cli("LPUSH", "celery", input: message)`.
    ///
    /// - Throws: ``ProcessError/failed(_:)`` when the server replies with an error.
    @discardableResult
    package func cli(_ words: String..., input: [UInt8]) async throws -> String {
        try await command(["-x"] + words, input)
    }

    private func command(_ words: [String], _ input: [UInt8]) async throws -> String {
        let outcome = try await run(
            "redis-cli",
            // -e: an error is an exit status.
            arguments: ["-e", "-s", socketPath] + words,
            input: input,
            environment: ["REDISCLI_AUTH": password]
        )
        let output = try outcome.succeeded().output
        return output.hasSuffix("\n") ? String(output.dropLast()) : output
    }
}
