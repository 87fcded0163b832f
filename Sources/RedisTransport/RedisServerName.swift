internal import TaskQueue

/// Host and port of a server.
package struct RedisServerName: Equatable, Sendable {
    let host: String
    let port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host`, `host:port` or `[address]:port`.
    ///
    /// - Parameters:
    ///   - text: without a host it is on this machine.
    ///   - url: which it stands in, for the complaint.
    ///   - defaultPort: where none is named.
    /// - Throws: ``URLError``.
    init(_ text: some StringProtocol, _ url: URLText, defaultPort: UInt16) throws(URLError) {
        let (host, port) = URLText.hostAndPort(text)
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
