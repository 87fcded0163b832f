internal import TaskQueue

extension RedisAddress {
    /// Connects to one server.
    ///
    /// - Parameter deadline: for all of it.
    /// - Returns: a stream of the server's bytes.
    /// - Throws: ``StreamFailure`` when nobody has answered by the deadline.
    func connect(
        until deadline: Instant
    ) throws(StreamFailure) -> any RedisStream {
        switch endpoint {
        case .tcp(let host, let port):
            let addresses = try HostResolver.addresses(of: host, port: port, until: deadline)
            let socket = try addresses.connect(until: deadline)
            guard let tls else { return PlainStream(socket) }
            return try TLSStream(socket, host: host, tls, until: deadline)
        case .socket(let path):
            return PlainStream(try Socket(path: path, until: deadline))
        case .sentinel:
            preconditionFailure("the master of a group has to be found first")
        }
    }
}
