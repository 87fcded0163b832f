extension RedisAddress.Endpoint {
    /// Connects.
    ///
    /// - Returns: a stream of the server's bytes.
    /// - Throws: ``StreamFailure`` when nobody has answered by the deadline.
    func connect(
        until deadline: ContinuousClock.Instant
    ) throws(StreamFailure) -> any RedisStream {
        switch self {
        case .tcp(let host, let port):
            let addresses = try HostResolver.addresses(of: host, port: port, until: deadline)
            return PlainStream(try addresses.connect(until: deadline))
        case .socket(let path):
            return PlainStream(try Socket(path: path, until: deadline))
        }
    }
}
