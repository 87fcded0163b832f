internal import TaskQueue

/// The parameters that the URL of a Redis server may have.
enum RedisParameters {
    /// Those that mean something to us; those of TLS besides.
    private static let ours: Set<String> = [
        "db", "virtual_host", "username", "password", "ssl", "master", "master_name",
        "sentinel_user", "sentinel_password",
    ]

    /// Those that say redis-py how to go about its connections, and change nothing of what is sent where.
    private static let othersOwn: Set<String> = [
        "client_name", "decode_responses", "encoding", "encoding_errors", "health_check_interval",
        "lib_name", "lib_version", "max_connections", "protocol", "retry_on_error",
        "retry_on_timeout", "socket_connect_timeout", "socket_keepalive", "socket_read_size",
        "socket_timeout", "timeout",
    ]

    /// Refuses a URL that does not say what its writer meant.
    ///
    /// - Throws: ``URLError`` for a parameter that is not known, which may be a slip in one that is, for a
    ///   delimiter in what seems to be a password, and without the two slashes.
    static func check(_ url: URLText) throws(URLError) {
        let isSocket = url.scheme == "unix" || url.scheme == "redis+socket"
        if !isSocket {
            guard url.hasAuthority else {
                throw URLError(url, "two slashes are missing: write \(url.scheme)://host:port/0")
            }
            if let mistake = url.passwordMistake { throw URLError(url, mistake) }
        }
        for name in url.query.keys.sorted() {
            guard !ours.contains(name), !othersOwn.contains(name), !name.begins(with: "ssl_") else {
                continue
            }
            let known = ours.sorted() + TLSOptions.names
            let nearest = Spelling.nearest(to: name, among: known)
            let advice =
                nearest.map { "did you mean \($0)?" }
                ?? "known are \(known.joined(separator: ", "))"
            throw URLError(url, "unknown parameter \(name): \(advice)")
        }
    }
}
