extension RedisAddress.Endpoint {
    /// Connects.
    ///
    /// - Throws: ``StreamFailure`` when nobody has answered by the deadline.
    func connect(
        until deadline: ContinuousClock.Instant
    ) throws(StreamFailure) -> any RedisStream {
        switch self {
        case .tcp(let host, let port):
            let addresses = try HostResolver.addresses(of: host, port: port, until: deadline)
            return PlainStream(try .connect(toFirstOf: addresses, until: deadline))
        case .socket(let path):
            return PlainStream(try .connect(to: SocketAddress(path: path), until: deadline))
        }
    }
}
