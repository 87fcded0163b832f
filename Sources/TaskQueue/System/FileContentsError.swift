import Glibc

/// Why a file was not read, without its name.
package enum FileContentsError: Error, Equatable {
    /// An `errno`.
    case system(Int32)
    /// `limit` in bytes.
    case tooLong(limit: Int)
    /// A pipe, a socket or a device stands where a file should.
    case notAFile
}

extension FileContentsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let code): String(cString: strerror(code))
        case .tooLong(let limit): "it is longer than \(limit) bytes"
        case .notAFile: "it is not a file"
        }
    }
}
