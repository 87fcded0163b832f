internal import TaskQueue

/// A master with its replicas, and the sentinels that know which is the master.
package struct SentinelGroup: Equatable, Sendable {
    /// How the sentinels call it.
    let master: String
    /// Asked in this order; at least one.
    let sentinels: [RedisServerName]
    /// As whom to ask them; `nil`: as the default user.
    let user: String?
    /// `nil`: they do not ask for one.
    let password: String?

    /// Reads the URLs.
    ///
    /// - Throws: ``URLError`` if they name no sentinel, or no master.
    init(_ urls: [URLText], _ options: TransportOptions) throws(URLError) {
        var sentinels: [RedisServerName] = []
        for url in urls {
            for place in url.place.split(separator: ",") {
                let (host, port) = URLText.hostAndPort(place)
                sentinels.append(
                    try RedisServerName(host: host, port: port, in: url, defaultPort: 26379)
                )
            }
        }
        let query = urls[0].query
        guard !sentinels.isEmpty else {
            throw URLError(urls[0], "it names no sentinel: sentinel://host:26379,host:26379/0")
        }
        guard let master = query["master"] ?? query["master_name"] ?? options.masterName else {
            throw URLError(
                urls[0],
                "it does not say which master: add ?master=NAME, or set master_name in "
                    + "[broker_transport_options]"
            )
        }
        self.master = master
        self.sentinels = sentinels
        user = query["sentinel_user"] ?? options.sentinelUser
        password = query["sentinel_password"] ?? options.sentinelPassword
    }

    /// Which server is the master, for a sentinel.
    var question: RedisCommand {
        RedisCommand("SENTINEL").adding("get-master-addr-by-name", master)
    }

    /// What a sentinel answers to the question; `nil`: it knows no master of that name.
    func master(in reply: RedisReply) -> RedisServerName? {
        let words = reply.elements.map(\.text)
        guard words.count == 2, let host = words[0], let port = words[1].flatMap({ UInt16($0) })
        else { return nil }
        return RedisServerName(host: host, port: port)
    }

    /// As a URL has them.
    var places: String { sentinels.map(\.description).joined(separator: ",") }

    /// As the parameters of a URL.
    var parameters: [(name: String, value: String)] {
        var parameters = [(name: "master", value: master)]
        if let user { parameters.append(("sentinel_user", user)) }
        if let password { parameters.append(("sentinel_password", password)) }
        return parameters
    }
}
