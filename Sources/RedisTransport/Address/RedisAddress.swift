package import TaskQueue

/// Where a Redis server is, and as whom to speak to it: what a URL says (`celery-wire`, section 11.1).
package struct RedisAddress: Equatable, Sendable {
    package enum Endpoint: Equatable, Sendable {
        case tcp(host: String, port: UInt16)
        case socket(path: String)
        /// Wherever the master of a group is now.
        case sentinel(SentinelGroup)
    }

    package let endpoint: Endpoint
    /// `nil`: the default user.
    package let user: String?
    /// `nil`: the server does not ask for one.
    package let password: String?
    package let database: Int
    /// `nil`: no TLS.
    package let tls: TLSOptions?

    /// Reads `redis://[user:password@]host[:port][/database]`, `rediss://` for the same over TLS,
    /// `unix:///path?db=0` or Celery's `redis+socket:///path?virtual_host=0`.
    ///
    /// - Parameters:
    ///   - url: which names one server.
    ///   - settings: what else is known; the URL goes before it.
    /// - Throws: ``URLError`` saying what is wrong with it.
    package init(_ url: URLText, _ settings: Settings = Settings()) throws(URLError) {
        try RedisParameters.check(url)
        (user, password) = Self.credentials(url)
        switch url.scheme {
        case "unix", "redis+socket":
            guard url.path.utf8.count > 1 else { throw URLError(url, "it names no socket") }
            endpoint = .socket(path: url.path)
            let number = url.query["db"] ?? url.query["virtual_host"] ?? "0"
            database = try Self.database(number, url)
            tls = try Self.tls(url, Settings(folder: settings.folder), isPossible: false)
        default:
            let server = try RedisServerName(
                host: url.host,
                port: url.port,
                in: url,
                defaultPort: 6379
            )
            endpoint = .tcp(host: server.host, port: server.port)
            database = try Self.database(in: url)
            tls = try Self.tls(url, settings)
        }
    }

    /// Reads the URL of a group that Sentinel watches: one, `sentinel://host:port,host:port/0?master=name`,
    /// or Celery's list of one for each sentinel, of which the first says all but where the others are.
    ///
    /// - Parameters:
    ///   - urls: at least one.
    ///   - settings: what else is known; the URL goes before it.
    /// - Throws: ``URLError`` saying what is wrong with one of them.
    package init(sentinels urls: [URLText], _ settings: Settings) throws(URLError) {
        let url = urls[0]
        for url in urls { try RedisParameters.check(url) }
        endpoint = .sentinel(try SentinelGroup(urls, settings.transport))
        (user, password) = Self.credentials(url)
        database = try Self.database(in: url)
        tls = try Self.tls(url, settings)
    }

    /// One server of a group, or one of those that watch it.
    init(
        _ server: RedisServerName,
        user: String?,
        password: String?,
        database: Int,
        tls: TLSOptions?
    ) {
        endpoint = .tcp(host: server.host, port: server.port)
        self.user = user
        self.password = password
        self.database = database
        self.tls = tls
    }
}

// MARK: - Parts of a URL

extension RedisAddress {
    /// What is known of a server beside its URL.
    package struct Settings: Sendable {
        /// `nil`: TLS only where the URL says so.
        let tls: TLSOptions?
        let transport: TransportOptions
        /// Absolute: from where the paths in a URL lead.
        let folder: String

        package init(
            tls: TLSOptions? = nil,
            transport: TransportOptions = TransportOptions(),
            folder: String = "/"
        ) {
            self.tls = tls
            self.transport = transport
            self.folder = folder
        }
    }

    /// As whom to speak: before the `@`, or in redis-py's parameters.
    private static func credentials(_ url: URLText) -> (user: String?, password: String?) {
        let user = url.user ?? url.query["username"]
        return (user.flatMap { $0.isEmpty ? nil : $0 }, url.password ?? url.query["password"])
    }

    private static func database(in url: URLText) throws(URLError) -> Int {
        let path = joined(url.path.pathNames)
        guard let number = url.query["db"] else {
            return try database(path.isEmpty ? "0" : path, url)
        }
        guard path.isEmpty || path == number else {
            // redis-py would take the one, kombu the other.
            throw URLError(url, "it names two databases, /\(path) and db=\(number): leave one out")
        }
        return try database(number, url)
    }

    /// Neither `joined(separator:)` nor adding a `Substring`: each costs a program that starts more than the rest of an address.
    private static func joined(_ names: [Substring]) -> String {
        var path = ""
        for name in names { path += path.isEmpty ? String(name) : "/" + String(name) }
        return path
    }

    private static func database(_ text: String, _ url: URLText) throws(URLError) -> Int {
        let number = joined(text.pathNames)
        guard let database = Int32(number).map(Int.init), database >= 0 else {
            throw URLError(url, "its database must be a number, such as redis://host:6379/0")
        }
        return database
    }

    /// Whether `ssl=true` stands in the URL, which is the way of a group.
    private static func asksForTLS(_ url: URLText) throws(URLError) -> Bool {
        switch url.query["ssl"]?.lowercased() {
        case nil, "false": return false
        case "true":
            guard url.scheme == "sentinel" else {
                throw URLError(url, "ssl is for sentinel://: write rediss://")
            }
            return true
        default: throw URLError(url, "ssl is true or false")
        }
    }

    /// `nil` if neither the URL nor the settings ask for it.
    private static func tls(
        _ url: URLText,
        _ settings: Settings,
        isPossible: Bool = true
    ) throws(URLError) -> TLSOptions? {
        if url.query.isEmpty, url.scheme != "rediss", settings.tls == nil { return nil }
        let names = url.query.keys.filter { $0.hasPrefix("ssl_") }.sorted()
        let asks = try asksForTLS(url)
        let isWanted = url.scheme == "rediss" || asks
        guard isWanted || settings.tls != nil else {
            guard let name = names.first else { return nil }
            let way = url.scheme == "sentinel" ? "ssl=true" : "rediss://"
            throw URLError(url, "\(name) is for TLS" + (isPossible ? ": write \(way)" : ""))
        }
        var options = settings.tls ?? TLSOptions()
        for name in names {
            let value = url.query[name] ?? ""
            if let problem = options.set(name, to: value, folder: settings.folder) {
                throw URLError(url, problem)
            }
        }
        if let problem = options.problem { throw URLError(url, problem) }
        return options
    }
}

// MARK: - As text

extension RedisAddress: CustomStringConvertible {
    /// As a URL without its password.
    package var description: String {
        let credentials = password == nil ? "" : "\(user ?? ""):***@"
        switch endpoint {
        case .tcp(let host, let port):
            let server = RedisServerName(host: host, port: port)
            return "\(tls == nil ? "redis" : "rediss")://\(credentials)\(server)\(path)"
        case .socket(let path):
            return "unix://\(credentials)\(path)" + (database == 0 ? "" : "?db=\(database)")
        case .sentinel(let group):
            return "sentinel://\(credentials)\(group.places)\(path)?master=\(group.master)"
        }
    }

    private var path: String { database == 0 ? "" : "/\(database)" }

    /// A URL that says it all, passwords too, also what the settings have added; `nil` of a Unix socket.
    package var completeURL: String? {
        let names = [user.map(URLEncoding.encode), password.map { ":\(URLEncoding.encode($0))" }]
        let credentials = names.compactMap(\.self).joined()
        let start = credentials.isEmpty ? "" : "\(credentials)@"
        var parameters = tls?.parameters ?? []
        let url: String
        switch endpoint {
        case .tcp(let host, let port):
            let server = RedisServerName(host: host, port: port)
            url = "\(tls == nil ? "redis" : "rediss")://\(start)\(server)/\(database)"
        case .socket: return nil
        case .sentinel(let group):
            url = "sentinel://\(start)\(group.places)/\(database)"
            parameters = group.parameters + (tls == nil ? [] : [("ssl", "true")]) + parameters
        }
        let query = parameters.map { "\($0.name)=\(URLEncoding.encode($0.value))" }
        return query.isEmpty ? url : url + "?" + query.joined(separator: "&")
    }
}
