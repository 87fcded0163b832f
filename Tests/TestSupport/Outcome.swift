import TaskCommands

/// What a program left behind when it ended.
package struct Outcome: Sendable {
    package let program: String
    package let status: ExitStatus
    /// Standard output, to the byte.
    package let outputBytes: [UInt8]
    /// Standard error, to the byte.
    package let errorBytes: [UInt8]
    /// From start to end, by the clock on the wall.
    package let duration: Duration
    /// User and system time of the program and of the children it waited for.
    package let processorTime: Duration

    /// Standard output as text; what is not UTF-8 becomes U+FFFD.
    package var output: String { String(decoding: outputBytes, as: UTF8.self) }

    /// Standard error as text; what is not UTF-8 becomes U+FFFD.
    package var errors: String { String(decoding: errorBytes, as: UTF8.self) }

    /// The lines of standard output, without their newlines.
    package var lines: [String] {
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" {
            lines.removeLast()
        }
        return lines
    }

    /// This outcome, if the program exited with zero.
    ///
    /// - Throws: ``ProcessError/failed(_:)``, which shows what the program printed.
    @discardableResult
    package func succeeded() throws(ProcessError) -> Outcome {
        guard status == .exited(0) else { throw .failed(self) }
        return self
    }
}

extension Outcome: CustomStringConvertible {
    package var description: String {
        """
        \(program): \(status) after \(duration)
        standard output: \(output.shortened)
        standard error: \(errors.shortened)
        """
    }
}

extension String {
    /// Its end only, when it is too long to read in a failed test.
    fileprivate var shortened: String {
        let limit = 4_000
        return count <= limit ? self : "… \(suffix(limit))"
    }
}
