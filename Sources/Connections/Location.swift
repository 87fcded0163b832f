package import TaskQueue
internal import TaskSettings

#if RabbitMQ
package import AMQPTransport
#endif
#if Redis
package import RedisTransport
#endif

/// Where tasks or results are, from a URL.
///
/// It has the kinds that the package's traits name.
package enum Location: Equatable, Sendable {
    #if SQLite
    case sqlite(path: String)
    #endif
    #if Redis
    case redis(RedisAddress)
    #endif
    #if RabbitMQ
    case amqp(AMQPAddress)
    /// Of results: they are sent to those who wait for them, over the broker.
    case replies
    #endif

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: the URL; an SQLite file's path may be relative.
    ///   - folder: absolute: where relative paths start, here and in commands that a worker starts
    ///     elsewhere.
    ///   - tls: what the settings say of TLS; `nil`: nothing.
    ///   - transport: what they say of the transport.
    /// - Throws: ``URLError`` for a text that is not a URL, or of a kind that this version does not know.
    package init(
        url text: String,
        relativeTo folder: String,
        tls: TLSOptions? = nil,
        transport: TransportOptions = TransportOptions()
    ) throws(URLError) {
        if text.hasPrefix("sqlite:") {
            self = try Self.file(text, relativeTo: folder)
            return
        }
        #if Redis
        let settings = RedisAddress.Settings(tls: tls, transport: transport, folder: folder)
        if text.hasPrefix("sentinel:") {
            self = .redis(try Self.sentinels(text, settings))
            return
        }
        #endif
        #if RabbitMQ
        if text == "rpc" || text.hasPrefix("rpc:") {
            guard text == "rpc" || text == "rpc://" else {
                throw URLError(unreadable: "rpc:// names no server: results go over the broker")
            }
            self = .replies
            return
        }
        if let cluster = try Self.cluster(text, tls, folder) {
            self = .amqp(cluster)
            return
        }
        #endif
        guard let url = URLText(text) else {
            throw URLError(
                unreadable: "not a URL: write it as sqlite:PATH or redis://host:port/0"
                    + (text.first("%") == nil ? "" : ", and a % in a password as %25")
            )
        }
        switch url.scheme {
        #if Redis
        case "redis", "rediss", "unix", "redis+socket":
            self = .redis(try RedisAddress(url, settings))
        #else
        case "redis", "rediss", "unix", "redis+socket", "sentinel":
            throw URLError(url, "this program was built without Redis (the package's trait Redis)")
        #endif
        case "amqp", "amqps", "pyamqp", "rpc":
            throw URLError(
                url,
                "this program was built without RabbitMQ (the package's trait RabbitMQ)"
            )
        default:
            throw URLError(url, Self.unknownKind(url))
        }
    }

    /// How the URLs of brokers begin that have every ``Capability``.
    package static var ableKinds: String {
        var kinds: [String] = []
        #if SQLite
        kinds.append("sqlite:")
        #endif
        #if Redis
        kinds.append("redis://")
        #endif
        return kinds.joined(separator: " or ")
    }

    private static func unknownKind(_ url: URLText) -> String {
        // `localhost:6379`: then the part before the colon is not a scheme.
        if !url.hasAuthority, let first = url.path.utf8.first, (0x30...0x39).contains(first) {
            return "it names no kind of broker: for a Redis server write redis:// before it"
        }
        return
            "unknown kind of broker \(url.scheme): sqlite, redis, rediss, unix, sentinel, amqp and amqps are known"
    }

    private static func file(
        _ text: String,
        relativeTo folder: String
    ) throws(URLError) -> Location {
        #if SQLite
        return .sqlite(path: try SQLiteURL.path(text, relativeTo: folder))
        #else
        throw URLError(
            unreadable: "this program was built without SQLite (the package's trait SQLite)"
        )
        #endif
    }

    #if Redis
    /// One URL, or Celery's list of them.
    private static func sentinels(
        _ text: String,
        _ settings: RedisAddress.Settings
    ) throws(URLError) -> RedisAddress {
        var urls: [URLText] = []
        for part in text.split(separator: ";") {
            guard let url = URLText(String(part)), url.scheme == "sentinel" else {
                throw URLError(
                    unreadable: "not a list of sentinels: write it as sentinel://host:port;"
                        + "sentinel://host:port, or sentinel://host:port,host:port/0?master=NAME"
                )
            }
            urls.append(url)
        }
        return try RedisAddress(sentinels: urls, settings)
    }
    #endif

    #if RabbitMQ
    /// One URL of a RabbitMQ server, or Celery's list of them; `nil`: the text is neither.
    private static func cluster(
        _ text: String,
        _ tls: TLSOptions?,
        _ folder: String
    ) throws(URLError) -> AMQPAddress? {
        // A look at a byte, so that a program with another URL pays for no copy.
        guard let first = text.utf8.first.map({ $0 | 0x20 }),
            first == UInt8(ascii: "a") || first == UInt8(ascii: "p")
        else { return nil }
        let scheme = text.lowercased()
        guard scheme.hasPrefix("amqp") || scheme.hasPrefix("pyamqp:") else { return nil }
        let schemes = ["amqp", "amqps", "pyamqp"]
        var urls: [URLText] = []
        for part in text.split(separator: ";") {
            guard let url = URLText(String(part)), schemes.contains(url.scheme) else {
                throw URLError(
                    unreadable:
                        "not a URL of a RabbitMQ server: write it as amqp://user:password@host/vhost"
                        + (text.first("%") == nil ? "" : ", and a % in a password as %25")
                )
            }
            urls.append(url)
        }
        return try AMQPAddress(urls, tls: tls, folder: folder)
    }
    #endif

    /// The TLS options; `nil`: none.
    var tls: TLSOptions? {
        #if RabbitMQ
        if case .amqp(let address) = self { return address.tls }
        #endif
        #if Redis
        if case .redis(let address) = self { return address.tls }
        #endif
        return nil
    }

    /// What commands get to find the same: a URL with all that the settings add; `nil`: the given one.
    var completeURL: String? {
        #if Redis
        if case .redis(let address) = self {
            if case .tcp = address.endpoint, address.tls == nil { return nil }
            return address.completeURL
        }
        #endif
        #if RabbitMQ
        if case .amqp(let address) = self { return address.completeURL }
        #endif
        return "\(self)"
    }
}

extension Location: CustomStringConvertible {
    /// The URL without its password.
    package var description: String {
        switch self {
        #if SQLite
        case .sqlite(let path): SQLiteURL.text(path)
        #endif
        #if Redis
        case .redis(let address): "\(address)"
        #endif
        #if RabbitMQ
        case .amqp(let address): "\(address)"
        case .replies: "rpc://"
        #endif
        }
    }
}
