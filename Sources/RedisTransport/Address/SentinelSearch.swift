internal import Glibc
internal import TaskQueue

/// Finds the master of a group, and connects to it.
struct SentinelSearch {
    /// For a sentinel, and for the master it names: either may be on a machine that is gone.
    private static let longestAnswer: Duration = .seconds(1)
    /// The time between two rounds: the sentinels are about to choose a new master.
    private static let pause: Duration = .milliseconds(200)

    private let address: RedisAddress
    private let group: SentinelGroup
    private let watch: MasterWatch
    private let deadline: Instant

    /// - Parameters:
    ///   - address: whose credentials are for the master.
    ///   - group: its endpoint.
    ///   - deadline: when it has to be found.
    init(_ address: RedisAddress, _ group: SentinelGroup, until deadline: Instant) {
        self.address = address
        self.group = group
        watch = MasterWatch.of(group, address.tls)
        self.deadline = deadline
    }

    /// Asks the sentinels in turn, again while one of them names a server that is no longer a master.
    ///
    /// - Returns: a connection to a server that itself says that it is the master, whose address is that of
    ///   the server; and who tells when another takes its place.
    /// - Throws: ``BrokerError`` if no master is found.
    func connect() throws(BrokerError) -> (connection: RedisConnection, leadership: Leadership) {
        while true {
            var failure = BrokerError.unreachable(url: "\(address)", reason: "no answer in time")
            // Whether any of the sentinels named a master: it may answer in a moment, or another.
            var isNamed = false
            for (index, sentinel) in watch.inTurn.enumerated() {
                var master: RedisServerName?
                do throws(BrokerError) {
                    let others = group.sentinels.count - index
                    let server = try ask(sentinel, within: left / others)
                    master = server
                    isNamed = true
                    watch.heard(server, from: sentinel)
                    return (try connect(to: server), Leadership(server: server, watch: watch))
                } catch {
                    failure = error
                    if master != nil, !error.mayPass { throw error }
                }
            }
            guard isNamed, Self.pause < left else { throw failure }
            // A failover takes its time, and nobody tells of its end.
            usleep(UInt32(Self.pause.microseconds))
        }
    }

    private var left: Duration { max((deadline - Instant.now), .milliseconds(1)) }

    private func ask(
        _ sentinel: RedisServerName,
        within share: Duration
    ) throws(BrokerError) -> RedisServerName {
        let place = watch.address(of: sentinel)
        let connection = try RedisConnection(place, timeout: min(share, Self.longestAnswer))
        connection.append(group.question)
        let reply = try connection.reply()
        if case .error(let text) = reply, text.contains("unknown command") {
            throw .unusable(url: "\(place)", reason: "it is not a sentinel")
        }
        guard let master = group.master(in: try connection.checked(reply)) else {
            throw .unusable(
                url: "\(address)",
                reason: "the sentinel at \(sentinel) knows no master of that name"
            )
        }
        return master
    }

    private func connect(to server: RedisServerName) throws(BrokerError) -> RedisConnection {
        let place = RedisAddress(
            server,
            user: address.user,
            password: address.password,
            database: address.database,
            tls: address.tls
        )
        let connection = try RedisConnection(place, timeout: min(left, Self.longestAnswer))
        let role = try connection.run(RedisCommand("ROLE")).elements.first?.text
        guard role == "master", !watch.isReplaced(server) else {
            let state = role == "master" ? "is replaced" : "is not a master (\(role ?? "?"))"
            throw .refused(
                url: "\(place)",
                reason: "it \(state), though a sentinel names it: a failover may be under way"
            )
        }
        return connection
    }
}
