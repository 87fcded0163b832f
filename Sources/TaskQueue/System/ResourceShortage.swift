internal import Glibc

/// Something of which this process may not have more, or of which the machine has none left.
package struct ResourceShortage: Error, Equatable, Sendable {
    package enum Resource: Sendable {
        case thread
        case descriptor
    }

    package let resource: Resource
    /// An errno.
    package let code: Int32

    /// - Parameters:
    ///   - resource: what was wanted.
    ///   - code: an errno; the last one, if nothing else is said.
    package init(_ resource: Resource, code: Int32 = errno) {
        self.resource = resource
        self.code = code
    }
}

extension ResourceShortage: CustomStringConvertible {
    package var description: String {
        let reason = String(cString: strerror(code))
        return switch resource {
        case .thread:
            "no thread can be started: \(reason): raise the limit of processes (ulimit -u)"
        case .descriptor:
            "no file can be opened: \(reason): raise the limit of open files (ulimit -n)"
        }
    }
}
