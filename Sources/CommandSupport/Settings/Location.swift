package import RedisTransport
package import TaskQueue

/// Where tasks or results are: what a URL says.
package enum Location: Equatable, Sendable {
    case sqlite(path: String)
    case redis(RedisAddress)

    /// Reads a URL.
    ///
    /// - Parameters:
    ///   - text: the URL; an SQLite file's path may be relative.
    ///   - folder: absolute: from where a relative path leads, here and in the commands that a worker
    ///     starts elsewhere.
    ///   - tls: what the settings say of it; `nil`: nothing.
    ///   - transport: what else they say.
    /// - Throws: ``URLError`` for a URL that is none, or of a kind that this version does not know.
    package init(
        url text: String,
        relativeTo folder: String,
        tls: TLSOptions? = nil,
        transport: TransportOptions = TransportOptions()
    ) throws(URLError) {
        if text.hasPrefix("sqlite:") {
            let path = try Self.path(text.dropFirst("sqlite:".count))
            self = .sqlite(path: path.hasPrefix("/") ? path : "\(folder)/\(path)")
            return
        }
        let settings = RedisAddress.Settings(tls: tls, transport: transport, folder: folder)
        if text.hasPrefix("sentinel:") {
            self = .redis(try Self.sentinels(text, settings))
            return
        }
        guard let url = URLText(text) else {
            throw URLError(unreadable: "not a URL: write it as sqlite:PATH or redis://host:port/0")
        }
        switch url.scheme {
        case "redis", "rediss", "unix", "redis+socket":
            self = .redis(try RedisAddress(url, settings))
        case "amqp", "amqps", "pyamqp":
            throw URLError(url, "this version of tq does not speak \(url.scheme) yet")
        default:
            throw URLError(
                url,
                "unknown kind of broker \(url.scheme): sqlite, redis, rediss, unix and sentinel are known"
            )
        }
    }

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

    /// Which file that it names cannot be read, and why; `nil`: none.
    var unreadableFile: String? {
        if case .redis(let address) = self { address.tls?.unreadableFile } else { nil }
    }

    /// What commands get to find the same: a URL with all that the settings add; `nil`: what was given.
    var completeURL: String? {
        guard case .redis(let address) = self else { return "\(self)" }
        if case .tcp = address.endpoint, address.tls == nil { return nil }
        return address.completeURL
    }

    /// `sqlite:PATH`; `sqlite:///PATH` is how other tools write an absolute one.
    private static func path(_ text: Substring) throws(URLError) -> String {
        let path = text.hasPrefix("//") ? String(text.dropFirst(2)) : String(text)
        guard !path.isEmpty else {
            throw URLError(unreadable: "sqlite: names no file: sqlite:PATH")
        }
        return path
    }
}

extension Location: CustomStringConvertible {
    /// The URL without its password.
    package var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .redis(let address): "\(address)"
        }
    }
}
