/// A certificate authority of a test's own, which issues what servers and clients show.
package struct Authority: Sendable {
    private let directory: TemporaryDirectory
    private let name: String

    /// Its certificate.
    package var certificate: String { directory.path("\(name).pem") }

    /// A certificate and its key, as files.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String
    }

    /// Makes one whose files are in a folder.
    package init(_ name: String, in directory: TemporaryDirectory) async throws {
        self.directory = directory
        self.name = name
        try await Self.openSSL(
            directory,
            ["req", "-x509", "-days", "30", "-subj", "/CN=\(name)", "-out", "\(name).pem"]
                + Self.newKey("\(name).key")
        )
    }

    /// Issues a certificate.
    ///
    /// - Parameters:
    ///   - name: its files' name.
    ///   - names: whose it is, as `DNS:localhost,IP:127.0.0.1`.
    ///   - days: how long it is valid; below zero it has expired.
    /// - Returns: its files.
    /// - Throws: when openssl does not make them.
    package func issue(
        _ name: String,
        for names: String,
        days: Int = 30
    ) async throws -> Identity {
        try directory.write("subjectAltName=\(names)\n", to: "\(name).ext")
        try await Self.openSSL(
            directory,
            ["req", "-subj", "/CN=\(name)", "-out", "\(name).csr"] + Self.newKey("\(name).key")
        )
        try await Self.openSSL(
            directory,
            [
                "x509", "-req", "-in", "\(name).csr", "-CA", "\(self.name).pem",
                "-CAkey", "\(self.name).key", "-CAcreateserial", "-days", "\(days)",
                "-extfile", "\(name).ext", "-out", "\(name).pem",
            ]
        )
        return Identity(
            certificate: directory.path("\(name).pem"),
            key: directory.path("\(name).key")
        )
    }

    /// A folder with its certificate, as OpenSSL wants a folder to be.
    package func folder() async throws -> String {
        try directory.write(try directory.text("\(name).pem"), to: "\(name).d/ca.pem")
        try await Self.openSSL(directory, ["rehash", "\(name).d"])
        return directory.path("\(name).d")
    }

    private static func newKey(_ file: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file]
    }

    private static func openSSL(
        _ directory: TemporaryDirectory,
        _ arguments: [String]
    ) async throws {
        try await run("openssl", arguments: arguments, directory: directory.path).succeeded()
    }
}

extension RedisServer {
    /// Lends a server that speaks TLS on a port of its own, too.
    ///
    /// - Parameters:
    ///   - identity: what it shows.
    ///   - authority: by which it accepts clients.
    ///   - wantsCertificates: whether clients have to show one.
    ///   - options: others.
    ///   - body: what to do while it runs; it is given the port.
    /// - Returns: what `body` returns.
    /// - Throws: ``ProcessError`` when it does not start; what `body` throws.
    package static func withTLS<Value>(
        _ identity: Authority.Identity,
        _ authority: Authority,
        wantsCertificates: Bool = false,
        options: [String] = [],
        _ body: (RedisServer, _ port: Int) async throws -> Value
    ) async throws -> Value {
        let port = try freePort()
        let own = [
            "--tls-port", "\(port)", "--tls-cert-file", identity.certificate,
            "--tls-key-file", identity.key, "--tls-ca-cert-file", authority.certificate,
            "--tls-auth-clients", wantsCertificates ? "yes" : "no",
        ]
        return try await with(options: own + options) { try await body($0, port) }
    }
}
