internal import TaskQueue

/// One value of a TOML document, and where it stands.
package struct TOMLValue: Sendable {
    package let content: Content
    /// The line on which the value begins, from 1.
    package let line: Int

    package enum Content: Sendable {
        case string(String)
        case integer(Int64)
        case float(Double)
        case boolean(Bool)
        /// A date, a time or both, checked, as it was written: `1979-05-27T07:32:00Z`, `07:32:00`.
        case dateTime(String)
        case array([TOMLValue])
        case table(TOMLTable)
    }
}

extension TOMLValue {
    /// What it is, with its article, for a message: "an integer".
    package var kind: String {
        switch content {
        case .string: "a string"
        case .integer: "an integer"
        case .float: "a float"
        case .boolean: "a boolean"
        case .dateTime: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}
