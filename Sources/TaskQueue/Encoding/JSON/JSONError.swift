/// What is wrong with a text that should be JSON, and where.
package struct JSONError: Error, Equatable, Sendable {
    /// Bytes before the place where reading stopped.
    package let offset: Int
    package let reason: String

    package init(_ reason: String, at offset: Int) {
        self.offset = offset
        self.reason = reason
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(reason) (at byte \(offset + 1))" }
}
