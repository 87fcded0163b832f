import TaskQueue

/// Waits until `condition` holds.
///
/// - Parameters:
///   - timeout: how long to wait at most.
///   - interval: how long to wait between two looks.
///   - file: where the caller is, for the message.
///   - line: where the caller is, for the message.
///   - condition: looked at once at least.
/// - Throws: ``EventuallyError`` when it still does not hold after `timeout`; what `condition`
///   throws.
package func eventually(
    timeout: Duration = .seconds(60),
    every interval: Duration = .milliseconds(10),
    file: String = #fileID,
    line: Int = #line,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = Instant.now + timeout
    while try await !condition() {
        guard Instant.now < deadline else {
            throw EventuallyError(timeout: timeout, file: file, line: line)
        }
        try await Task.sleep(for: interval)
    }
}

/// What a test waited for did not come.
package struct EventuallyError: Error, Sendable, CustomStringConvertible {
    let timeout: Duration
    let file: String
    let line: Int

    package var description: String {
        "what \(file):\(line) waits for has not come within \(timeout)"
    }
}
