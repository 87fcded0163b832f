internal import TaskQueue

/// Host and port of a server.
package struct RedisServerName: Equatable, Sendable {
    let host: String
    let port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads what a URL says.
    ///
    /// - Parameters:
    ///   - host: empty for this machine.
    ///   - port: `nil` for the default.
    ///   - url: the URL that they are in, for the error.
    ///   - defaultPort: if the URL names no port.
    /// - Throws: ``URLError``.
    init(
        host: String,
        port: String?,
        in url: URLText,
        defaultPort: UInt16
    ) throws(URLError) {
        guard let number = port.map({ UInt16($0) }) ?? defaultPort else {
            throw URLError(url, "its port is not a number from 0 to 65535")
        }
        self.init(host: host.isEmpty ? "localhost" : host, port: number)
    }
}

extension RedisServerName: CustomStringConvertible {
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
