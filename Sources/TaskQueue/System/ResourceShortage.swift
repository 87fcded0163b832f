internal import Glibc

/// Something that this process may have no more of, or that the machine has run out of.
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
    ///   - code: an errno; by default the last one.
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
