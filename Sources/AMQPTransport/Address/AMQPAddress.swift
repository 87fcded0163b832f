package import TaskQueue

/// Where RabbitMQ is, and as whom to speak to it: what a URL says (`celery-wire`, section 11.4).
package struct AMQPAddress: Equatable, Sendable {
    /// One node.
    package struct Host: Equatable, Sendable {
        package let name: String
        package let port: UInt16
    }

    /// The nodes of a cluster, tried in turn; at least one.
    package let hosts: [Host]
    package let user: String
    package let password: String
    package let vhost: String
    /// In seconds: the connection is given up after two of them without a sign of life; 0: never.
    package let heartbeat: Int
    /// `nil`: no TLS.
    package let tls: TLSOptions?

    /// Reads `amqp://[user:password@]host[:port][/vhost]`, `amqps://` for the same over TLS, and lists of
    /// them: `amqp://host1,host2/vhost`, or Celery's `amqp://host1/vhost;amqp://host2/vhost`, of which the first
    /// says all but where the others are.
    ///
    /// - Parameters:
    ///   - urls: at least one.
    ///   - tls: what the settings say of TLS; `nil`: TLS only where the URL says so.
    ///   - folder: absolute: from where the paths in a URL lead.
    /// - Throws: ``URLError`` saying what is wrong with one of them.
    package init(
        _ urls: [URLText],
        tls: TLSOptions? = nil,
        folder: String = "/"
    ) throws(URLError) {
        let url = urls[0]
        for name in url.query.keys.sorted() where !Self.knows(name) {
            throw URLError(url, "unknown parameter \(name): heartbeat and ssl_… are known")
        }
        var hosts: [Host] = []
        for url in urls { hosts += try Self.hosts(url) }
        self.hosts = hosts
        user = url.user.flatMap { $0.isEmpty ? nil : $0 } ?? "guest"
        password = url.password ?? (url.user == nil ? "guest" : "")
        vhost = try Self.vhost(url)
        heartbeat = try Self.heartbeat(url)
        self.tls = try Self.tls(url, tls, folder)
    }

    private static func knows(_ name: String) -> Bool {
        name == "heartbeat" || TLSOptions.names.contains(name)
    }

    private static func isSecure(_ url: URLText) -> Bool { url.scheme == "amqps" }

    private static func hosts(_ url: URLText) throws(URLError) -> [Host] {
        var hosts: [Host] = []
        for place in url.place.pieces(separatedBy: ",") {
            let (name, port) = URLText.hostAndPort(place)
            guard let name = URLText.decoded(Substring(name)) else {
                throw URLError(url, "a % in it is written %25")
            }
            guard let port else {
                hosts.append(
                    Host(name: name.isEmpty ? "localhost" : name, port: isSecure(url) ? 5671 : 5672)
                )
                continue
            }
            guard let number = UInt16(port), number > 0 else {
                throw URLError(url, url.passwordMistake ?? "its port must be from 1 to 65535")
            }
            hosts.append(Host(name: name.isEmpty ? "localhost" : name, port: number))
        }
        return hosts
    }

    /// `//` at the end is the vhost `/`, and so is no path at all.
    private static func vhost(_ url: URLText) throws(URLError) -> String {
        let name = String(decoding: url.path.utf8.dropFirst(), as: UTF8.self)
        guard name.utf8.count <= 255 else {
            throw URLError(url, "its vhost is longer than 255 bytes")
        }
        return name.isEmpty ? "/" : name
    }

    private static func heartbeat(_ url: URLText) throws(URLError) -> Int {
        guard let text = url.query["heartbeat"] else { return 30 }
        guard let seconds = Int(text), (0...3600).contains(seconds) else {
            throw URLError(url, "heartbeat is a number of seconds up to 3600, and 0 for none")
        }
        return seconds
    }

    private static func tls(
        _ url: URLText,
        _ settings: TLSOptions?,
        _ folder: String
    ) throws(URLError) -> TLSOptions? {
        let names = url.query.keys.filter { $0.hasPrefix("ssl_") }.sorted()
        guard isSecure(url) || settings != nil else {
            guard let name = names.first else { return nil }
            throw URLError(url, "\(name) is for TLS: write amqps://")
        }
        var options = settings ?? TLSOptions()
        for name in names {
            if let problem = options.set(name, to: url.query[name] ?? "", folder: folder) {
                throw URLError(url, problem)
            }
        }
        if let problem = options.problem { throw URLError(url, problem) }
        return options
    }
}

// MARK: - As text

extension AMQPAddress: CustomStringConvertible {
    /// As a URL without its password.
    package var description: String {
        url(credentials: user == "guest" && password == user ? "" : "\(user):***@")
    }

    /// A URL that says it all, the password too, also what the settings have added.
    package var completeURL: String {
        var url = url(credentials: "\(URLEncoding.encode(user)):\(URLEncoding.encode(password))@")
        var parameters = tls?.parameters ?? []
        if heartbeat != 30 { parameters.append(("heartbeat", "\(heartbeat)")) }
        for (index, parameter) in parameters.enumerated() {
            url +=
                "\(index == 0 ? "?" : "&")\(parameter.name)=\(URLEncoding.encode(parameter.value))"
        }
        return url
    }

    private func url(credentials: String) -> String {
        let usual: UInt16 = tls == nil ? 5672 : 5671
        let places = hosts.map { host in
            let name = host.name.utf8.contains(UInt8(ascii: ":")) ? "[\(host.name)]" : host.name
            return host.port == usual ? name : "\(name):\(host.port)"
        }
        let path = vhost == "/" ? "" : "/\(URLEncoding.encode(vhost))"
        return
            "\(tls == nil ? "amqp" : "amqps")://\(credentials)\(places.joined(separator: ","))\(path)"
    }
}
