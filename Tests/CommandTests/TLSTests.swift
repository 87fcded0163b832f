import Glibc
import TestSupport
import Testing

@Suite(
    "TLS to Redis",
    .requires(RedisServer.isInstalled, "redis-server"),
    .requires(Program.isInstalled("openssl"), "openssl"),
    .timeLimit(.minutes(60))
)
struct TLSTests {
    private static let own = "DNS:localhost,IP:127.0.0.1"

    /// Lends an authority, and what it has issued for this machine.
    private static func withAuthority(
        _ body: (TemporaryDirectory, Authority, Authority.Identity) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let authority = try await Authority("ca", in: directory)
            try await body(directory, authority, authority.issue("server", for: own))
        }
    }

    @Test("carries a task there and its result back, however long, and wakes a worker that waits")
    func work() async throws {
        try await Self.withAuthority { _, authority, identity in
            try await RedisServer.withTLS(identity, authority) { _, port in
                for trusted in [authority.certificate, try await authority.folder()] {
                    let url = "rediss://localhost:\(port)/0?ssl_ca_certs=\(trusted)"
                    try await Workplace.with { place in
                        let environment = ["TQ_BROKER_URL": url]
                        try await place.withProgram(
                            "tq-work -- wc -c",
                            environment: environment
                        ) { worker in
                            try await worker.waitUntilPrinted("takes tasks")
                            // Longer than an answer may take.
                            try await Task.sleep(for: .seconds(3))
                            let long =
                                "printf '\"'; head -c 3000000 /dev/zero | tr '\\0' x; echo '\"'"
                            let sent = try await place.shell(
                                "(\(long); seq 500) | tq-send t - | tail -n +2 >ids; "
                                    + "tq-send -w t 1 && tq-result --wait - <ids | wc -l",
                                environment: environment
                            )
                            #expect(try sent.succeeded().lines.last == "500")
                            #expect(!worker.errorsSoFar.contains("trying again"))
                            let map = try readFile("/proc/\(worker.processID)/maps")
                            #expect(String(decoding: map, as: UTF8.self).contains("libssl"))
                        }
                    }
                }
            }
        }
    }

    @Test("is not loaded where it is not spoken")
    func notLoaded() async throws {
        try await Workplace.with(.redis) { place in
            try await place.withWorker("-- true") { worker in
                try await worker.waitUntilPrinted("takes tasks")
                let map = try readFile("/proc/\(worker.processID)/maps")
                #expect(!String(decoding: map, as: UTF8.self).contains("libssl"))
            }
        }
    }

    @Test(
        "accepts no certificate but one that is valid, for the host, by an authority that is trusted"
    )
    func verification() async throws {
        try await Self.withAuthority { directory, authority, own in
            let stranger = try await Authority("stranger", in: directory)
            let trust = "ssl_ca_certs=\(authority.certificate)"
            try await RedisServer.withTLS(own, authority) { _, port in
                try await Self.expect("127.0.0.1:\(port)/0?\(trust)")
                try await Self.expect("localhost:\(port)/0?\(trust)")
                let untrusted = "is not from an authority that is trusted here"
                try await Self.expect("localhost:\(port)", untrusted)
                let other = "ssl_ca_certs=\(stranger.certificate)"
                try await Self.expect("localhost:\(port)/0?\(other)", untrusted)
                try await Self.expect("localhost:\(port)/0?\(other)&ssl_cert_reqs=none")
                try await Self.expect("localhost:\(port)/0?\(other)&ssl_cert_reqs=CERT_NONE")
            }
            let foreign = try await authority.issue("foreign", for: "DNS:redis.example")
            try await RedisServer.withTLS(foreign, authority) { _, port in
                for host in ["127.0.0.1", "localhost"] {
                    let server = "\(host):\(port)/0?\(trust)"
                    try await Self.expect(server, "certificate is not for \(host)")
                    try await Self.expect("\(server)&ssl_check_hostname=false")
                }
            }
            let expired = try await authority.issue("expired", for: Self.own, days: -1)
            try await RedisServer.withTLS(expired, authority) { _, port in
                try await Self.expect("localhost:\(port)/0?\(trust)", "certificate has expired")
            }
        }
    }

    @Test("shows a certificate to a server that wants one", arguments: ["TLSv1.2", "TLSv1.3"])
    func clientCertificate(_ version: String) async throws {
        try await Self.withAuthority { directory, authority, own in
            let mine = try await authority.issue("mine", for: "DNS:mine")
            let stranger = try await Authority("stranger", in: directory)
            let theirs = try await stranger.issue("theirs", for: "DNS:theirs")
            try await RedisServer.withTLS(
                own,
                authority,
                wantsCertificates: true,
                options: ["--tls-protocols", version]
            ) { _, port in
                let server = "localhost:\(port)/0?ssl_ca_certs=\(authority.certificate)"
                try await Self.expect(server, "the server requires a certificate")
                let key = "ssl_keyfile=\(mine.key)"
                try await Self.expect("\(server)&ssl_certfile=\(mine.certificate)&\(key)")
                try await Self.expect(
                    "\(server)&ssl_certfile=\(theirs.certificate)&ssl_keyfile=\(theirs.key)",
                    "the server does not accept our certificate"
                )
                try await Self.expect(
                    "\(server)&ssl_certfile=\(theirs.certificate)&\(key)",
                    "does not hold the key of the certificate"
                )
            }
        }
    }

    @Test("is missed where only one side speaks it, and told")
    func oneSided() async throws {
        try await Self.withAuthority { _, authority, own in
            try await RedisServer.withTLS(own, authority) { server, port in
                try await Self.expect("127.0.0.1:\(server.port)", Self.silence)
                for url in ["redis://127.0.0.1:\(port)", "redis://:pw@127.0.0.1:\(port)/1"] {
                    let outcome = try await run("tq-send", "-b", url, "t")
                    #expect(outcome.status == .exited(69))
                    #expect(outcome.errors.contains("if that port speaks TLS, write rediss://"))
                }
            }
            try await RedisServer.withTLS(
                own,
                authority,
                options: ["--tls-protocols", "TLSv1.1", "--tls-ciphers", "DEFAULT:@SECLEVEL=0"]
            ) { _, port in
                let trust = "ssl_ca_certs=\(authority.certificate)"
                try await Self.expect(
                    "127.0.0.1:\(port)/0?\(trust)",
                    "does not speak TLS 1.2 or later"
                )
            }
        }
    }

    @Test("is set up by settings, for a redis:// URL too, and commands get a URL that says it all")
    func settings() async throws {
        try await Self.withAuthority { _, authority, own in
            try await RedisServer.withTLS(own, authority) { _, port in
                for scheme in ["redis", "rediss"] {
                    let settings = """
                        broker_url = "\(scheme)://localhost:\(port)/2"
                        [broker_use_ssl]
                        ssl_cert_reqs = "required"
                        ssl_ca_certs = "\(authority.certificate)"
                        """
                    try await Workplace.with(settings: settings) { place in
                        let unset = ["TQ_BROKER_URL": String?.none]
                        let id = try await place.shell(
                            "tq-send t && tq-work --burst -- sh -c 'echo $TQ_BROKER_URL'",
                            environment: unset
                        ).succeeded().lines[0]
                        let url = try await place.run("tq-result", id, environment: unset)
                        let path = authority.certificate.split(separator: "/").joined(
                            separator: "%2F"
                        )
                        let expected =
                            "rediss://localhost:\(port)/2?ssl_ca_certs=%2F\(path)"
                        #expect(try url.succeeded().lines == [expected])
                        try await Self.expect(String(expected.dropFirst("rediss://".count)))
                    }
                }
            }
        }
    }

    @Test(
        "refuses parameters that it cannot use, with 64 or 78",
        arguments: [
            ("rediss://h?ssl_ca_cert=x", 64, "unknown parameter ssl_ca_cert"),
            ("rediss://h?ssl_cert_reqs=maybe", 64, "ssl_cert_reqs is required or none"),
            ("rediss://h?ssl_check_hostname=2", 64, "ssl_check_hostname is true or false"),
            ("rediss://h?ssl_keyfile=x", 64, "ssl_keyfile needs ssl_certfile"),
            ("redis://h?ssl_cert_reqs=none", 64, "ssl_cert_reqs is for TLS: write rediss://"),
            ("unix:///s?ssl_cert_reqs=none", 64, "ssl_cert_reqs is for TLS"),
            ("rediss://h?ssl_ca_certs=/nowhere", 78, "ssl_ca_certs: cannot read /nowhere: No such"),
        ]
    )
    func parameters(_ url: String, _ status: Int32, _ complaint: String) async throws {
        let outcome = try await run("tq-send", "-b", url, "t")
        #expect(outcome.status == .exited(status))
        #expect(outcome.errors.contains(complaint))
    }

    private static let silence = "does not speak TLS"

    /// Sends a task over TLS, which goes well, or does not for the reason.
    private static func expect(_ server: String, _ complaint: String? = nil) async throws {
        // A handshake takes its time where much else runs; what fails is tried again until the time is over.
        let limit = complaint.map { $0 == silence ? "2s" : "20s" } ?? "100s"
        let outcome = try await run(
            "tq-send",
            "-b",
            "rediss://\(server)",
            "--connect-timeout",
            limit,
            "t"
        )
        guard let complaint else {
            #expect(outcome.status == .exited(0), "\(outcome.errors)")
            return
        }
        #expect(outcome.status == .exited(69), "\(server)")
        #expect(outcome.errors.contains("tq-send: cannot reach rediss://"), "\(outcome.errors)")
        #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
    }
}
