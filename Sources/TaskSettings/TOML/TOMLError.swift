internal import TaskQueue

/// Why a text is not a TOML 1.0 document, and where.
package struct TOMLError: Error, Sendable, Equatable {
    /// From 1.
    package let line: Int
    /// In characters, from 1.
    package let column: Int
    /// A clause such as `"port" is set twice`.
    package let reason: String
}

extension TOMLError: CustomStringConvertible {
    package var description: String { "line \(line), column \(column): \(reason)" }
}
