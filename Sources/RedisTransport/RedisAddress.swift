package import TaskQueue

/// Where a Redis server is, and as whom to speak to it: what a URL says (`celery-wire`, section 11.1).
package struct RedisAddress: Equatable, Sendable {
    package enum Endpoint: Equatable, Sendable {
        case tcp(host: String, port: UInt16)
        case socket(path: String)
    }

    package let endpoint: Endpoint
    /// `nil`: the default user.
    package let user: String?
    /// `nil`: the server asks for none.
    package let password: String?
    package let database: Int

    /// Reads `redis://[user:password@]host[:port][/database]`, `unix:///path?db=0` or Celery's
    /// `redis+socket:///path?virtual_host=0`.
    ///
    /// - Throws: ``URLError`` saying what is wrong with it.
    package init(_ url: URLText) throws(URLError) {
        user = url.user.flatMap { $0.isEmpty ? nil : $0 }
        password = url.password
        switch url.scheme {
        case "unix", "redis+socket":
            guard url.path.count > 1 else { throw URLError(url, "it names no socket") }
            endpoint = .socket(path: url.path)
            let number = url.query["db"] ?? url.query["virtual_host"] ?? "0"
            database = try Self.database(number, url)
        default:
            guard let port = UInt16(url.port ?? "6379") else {
                throw URLError(url, "its port is not a number from 0 to 65535")
            }
            endpoint = .tcp(host: url.host.isEmpty ? "localhost" : url.host, port: port)
            let path = String(url.path.drop { $0 == "/" })
            database = try Self.database(path.isEmpty ? url.query["db"] ?? "0" : path, url)
        }
    }

    private static func database(_ text: String, _ url: URLText) throws(URLError) -> Int {
        let number = text.drop { $0 == "/" }
        guard let database = Int(number), database >= 0 else {
            throw URLError(url, "its database must be a number, such as redis://host:6379/0")
        }
        return database
    }
}

extension RedisAddress: CustomStringConvertible {
    /// As a URL without its password.
    package var description: String {
        let credentials = password == nil ? "" : "\(user ?? ""):***@"
        let number = database == 0 ? "" : "\(database)"
        switch endpoint {
        case .tcp(let host, let port):
            let host = host.contains(":") ? "[\(host)]" : host
            return "redis://\(credentials)\(host):\(port)" + (number.isEmpty ? "" : "/\(number)")
        case .socket(let path):
            return "unix://\(credentials)\(path)" + (number.isEmpty ? "" : "?db=\(number)")
        }
    }
}
