internal import TaskQueue

/// What is wrong with a line of a crontab file.
package struct CrontabFileError: Error, Sendable, Equatable {
    package let file: String
    /// From 1; `nil` for the whole file.
    package let line: Int?
    /// A sentence with what would be right.
    package let reason: String
}

extension CrontabFileError: CustomStringConvertible {
    package var description: String {
        "\(file)\(line.map { ":\($0)" } ?? ""): \(reason)"
    }
}
