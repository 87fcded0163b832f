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
    /// - Throws: ``URLError`` for a URL that is none, or of a kind that this version does not know.
    package init(url text: String, relativeTo folder: String) throws(URLError) {
        if text.hasPrefix("sqlite:") {
            let path = try Self.path(text.dropFirst("sqlite:".count))
            self = .sqlite(path: path.hasPrefix("/") ? path : "\(folder)/\(path)")
            return
        }
        guard let url = URLText(text) else {
            throw URLError(unreadable: "not a URL: write it as sqlite:PATH or redis://host:port/0")
        }
        switch url.scheme {
        case "redis", "unix", "redis+socket":
            self = .redis(try RedisAddress(url))
        case "amqp", "amqps", "pyamqp", "rediss", "sentinel":
            throw URLError(url, "this version of tq does not speak \(url.scheme) yet")
        default:
            throw URLError(
                url,
                "unknown kind of broker \(url.scheme): sqlite, redis and unix are known"
            )
        }
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
