internal import Glibc
internal import Synchronization
internal import TaskQueue

/// Finds the addresses of a host in time.
enum HostResolver {
    /// - Parameters:
    ///   - host: a name or an address.
    ///   - port: goes into the addresses.
    ///   - deadline: getaddrinfo(3) has none of its own, and may wait long for a name server.
    /// - Returns: its addresses.
    /// - Throws: ``StreamFailure``.
    static func addresses(
        of host: String,
        port: UInt16,
        until deadline: Instant
    ) throws(StreamFailure) -> HostAddresses {
        if let addresses = try? HostAddresses(of: host, port: port, flags: AI_NUMERICHOST) {
            return addresses
        }
        // This needs no name server.
        if host == "localhost" { return try HostAddresses(of: host, port: port) }
        let query: Query
        do throws(ResourceShortage) {
            query = try Query()
            try Thread.startDetached { [query] in
                query.finish(
                    Result { () throws(StreamFailure) in try HostAddresses(of: host, port: port) }
                )
            }
        } catch { throw StreamFailure("\(error)") }
        // A late answer is not waited for.
        guard Socket.wait(query.descriptor, for: POLLIN, until: deadline),
            let outcome = query.outcome
        else { throw StreamFailure("no name server gave its address in time") }
        return try outcome.get()
    }

    private typealias Outcome = Result<HostAddresses, StreamFailure>

    /// Shared with the thread, which may outlive its caller.
    private final class Query: Sendable {
        private let wake: WakeEvent
        private let result = Mutex<Outcome?>(nil)

        init() throws(ResourceShortage) { wake = try WakeEvent() }

        var descriptor: Int32 { wake.descriptor }

        var outcome: Outcome? { result.withLock(\.self) }

        func finish(_ outcome: Outcome) {
            result.withLock { $0 = outcome }
            wake.signal()
        }
    }
}
