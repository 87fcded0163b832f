internal import CLinux
internal import Glibc
internal import Synchronization
internal import TaskQueue

/// Finds the addresses of a host.
enum HostResolver {
    /// - Parameters:
    ///   - host: a name or an address.
    ///   - port: goes into the addresses.
    ///   - deadline: getaddrinfo(3) has none of its own, and may wait long for a name server.
    /// - Returns: at least one, in the order in which they are to be tried.
    /// - Throws: ``StreamFailure`` in the resolver's words, such as "Name or service not known".
    static func addresses(
        of host: String,
        port: UInt16,
        until deadline: ContinuousClock.Instant
    ) throws(StreamFailure) -> [SocketAddress] {
        if case .success(let addresses) = look(host, port, flags: AI_NUMERICHOST) {
            return addresses
        }
        // Needs no name server.
        if host == "localhost" { return try look(host, port).get() }
        let query = Query()
        Thread.startDetached { query.finish(look(host, port)) }
        guard Socket.wait(query.descriptor, for: POLLIN, until: deadline),
            let outcome = query.outcome
        else { throw StreamFailure("no name server tells its address in time") }
        return try outcome.get()
    }

    private typealias Outcome = Result<[SocketAddress], StreamFailure>

    private static func look(_ host: String, _ port: UInt16, flags: Int32 = 0) -> Outcome {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &first)
        guard code == 0 else {
            return .failure(StreamFailure(String(cString: gai_strerror(code))))
        }
        defer { freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next = first
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                addresses.append(SocketAddress(address, length: Int(entry.ai_addrlen)))
            }
            next = entry.ai_next
        }
        return .success(addresses)
    }

    /// Shared with the thread, which may outlive the one who asks.
    private final class Query: Sendable {
        let descriptor = tq_eventfd()
        private let result = Mutex<Outcome?>(nil)

        deinit {
            close(descriptor)
        }

        var outcome: Outcome? { result.withLock(\.self) }

        func finish(_ outcome: Outcome) {
            result.withLock { $0 = outcome }
            var one: UInt64 = 1
            write(descriptor, &one, 8)
        }
    }
}
