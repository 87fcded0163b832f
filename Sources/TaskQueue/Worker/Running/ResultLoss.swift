/// Why a command's result cannot be kept, whatever else it does.
package enum ResultLoss: Error, Equatable {
    /// More than this many bytes were written to stdout.
    case tooLong(limit: Int)
    /// Data written to stdout is not UTF-8 from this byte on; the first is 1.
    case notUTF8(byte: Int)
    /// An answer, a line, is longer than this many bytes.
    case answerTooLong(limit: Int)
    /// An answer, a line of JSON, is not UTF-8 from this byte on.
    case answerNotUTF8(byte: Int)
}

extension ResultLoss {
    package var failure: TaskFailure { .command("\(self)") }
}

extension ResultLoss: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let limit): "wrote more than result_max_bytes (\(limit)) to stdout"
        case .notUTF8(let byte):
            "wrote data that is not UTF-8 to standard output, byte \(byte): \(Self.wayOut)"
        case .answerTooLong(let limit):
            "answered with more than result_max_bytes (\(limit))"
        case .answerNotUTF8(let byte):
            "answered with data that is not UTF-8, byte \(byte) of the line: \(Self.wayOut)"
        }
    }

    private static let wayOut = "pass such data in a file, or as base64"
}
