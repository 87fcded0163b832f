internal import Glibc
internal import Synchronization
internal import TaskQueue

/// Finds the master of a group, and connects to it.
struct SentinelSearch {
    /// For a sentinel, and for the master it names: either may be on a machine that is gone.
    private static let longestAnswer: Duration = .seconds(1)
    /// The time between two rounds: the sentinels are about to choose a new master.
    private static let pause: Duration = .milliseconds(200)
    /// The sentinel that answered last is asked first: a worker makes many connections, and one of the others may
    /// be on a machine that is gone.
    private static let lastHeard = Mutex<RedisServerName?>(nil)

    private let address: RedisAddress
    private let group: SentinelGroup
    private let deadline: ContinuousClock.Instant

    /// - Parameters:
    ///   - address: whose credentials are for the master.
    ///   - group: its endpoint.
    ///   - deadline: when it has to be found.
    init(_ address: RedisAddress, _ group: SentinelGroup, until deadline: ContinuousClock.Instant) {
        self.address = address
        self.group = group
        self.deadline = deadline
    }

    /// Asks the sentinels in turn, again while one of them names a server that is no longer a master.
    ///
    /// - Returns: a connection to a server that itself says that it is the master; its address is that of
    ///   the server.
    /// - Throws: ``BrokerError`` if no master is found.
    func connect() throws(BrokerError) -> RedisConnection {
        while true {
            var failure = BrokerError.unreachable(url: "\(address)", reason: "no answer in time")
            // Whether any of the sentinels named a master: it may answer in a moment, or another.
            var isNamed = false
            for (index, sentinel) in inTurn.enumerated() {
                var master: RedisServerName?
                do throws(BrokerError) {
                    let others = group.sentinels.count - index
                    let server = try ask(sentinel, within: left / others)
                    master = server
                    isNamed = true
                    Self.lastHeard.withLock { $0 = sentinel }
                    return try connect(to: server)
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

    private var inTurn: [RedisServerName] {
        guard let first = Self.lastHeard.withLock(\.self), group.sentinels.contains(first) else {
            return group.sentinels
        }
        return [first] + group.sentinels.filter { $0 != first }
    }

    private var left: Duration { max(ContinuousClock.now.duration(to: deadline), .milliseconds(1)) }

    private func ask(
        _ sentinel: RedisServerName,
        within share: Duration
    ) throws(BrokerError) -> RedisServerName {
        let place = RedisAddress(
            sentinel,
            user: group.user,
            password: group.password,
            database: 0,
            tls: address.tls
        )
        let connection = try RedisConnection(place, timeout: min(share, Self.longestAnswer))
        connection.append(
            RedisCommand("SENTINEL").adding("get-master-addr-by-name", group.master)
        )
        let reply = try connection.reply()
        if case .error(let text) = reply, text.contains("unknown command") {
            throw .unusable(url: "\(place)", reason: "it is not a sentinel")
        }
        let words = try connection.checked(reply).elements.map(\.text)
        guard words.count == 2, let host = words[0], let port = words[1].flatMap({ UInt16($0) })
        else {
            throw .unusable(
                url: "\(address)",
                reason: "the sentinel at \(sentinel) knows no master of that name"
            )
        }
        return RedisServerName(host: host, port: port)
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
        guard role == "master" else {
            throw .refused(
                url: "\(place)",
                reason:
                    "it is not a master (\(role ?? "?")), though the sentinels say so: a failover may be "
                    + "under way"
            )
        }
        return connection
    }
}
