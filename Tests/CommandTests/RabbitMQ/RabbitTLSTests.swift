import TestSupport
import Testing

@Suite(
    "TLS to RabbitMQ",
    .requires(RabbitServer.isInstalled, "rabbitmq-server"),
    .requires(Program.isInstalled("openssl"), "openssl"),
    .timeLimit(.minutes(60))
)
struct RabbitTLSTests {
    /// Sends a task.
    private static func send(_ url: String) async throws -> Outcome {
        try await Workplace.with { place in try await place.run("tq-send", "-b", url, "t") }
    }

    @Test("accepts no certificate but one for the host, by an authority that is trusted")
    func verification() async throws {
        try await TemporaryDirectory.with { directory in
            let authority = try await Authority("ca", in: directory)
            let stranger = try await Authority("stranger", in: directory)
            let own = try await authority.issue("server", for: "DNS:localhost")
            let port = try freePort()
            let settings = """
                {ssl_listeners, [{"127.0.0.1", \(port)}]},
                {ssl_options, [{cacertfile, "\(authority.certificate)"},
                    {certfile, "\(own.certificate)"}, {keyfile, "\(own.key)"}]}
                """
            try await RabbitServer.with(settings: settings) { _ in
                let (here, other) = ("amqps://localhost:\(port)", "amqps://127.0.0.1:\(port)")
                for trusted in [authority.certificate, try await authority.folder()] {
                    let trust = "ssl_ca_certs=\(trusted)"
                    #expect(try await Self.send("\(here)?\(trust)").status == .exited(0))
                    // The certificate is not for the address.
                    #expect(try await Self.send("\(other)?\(trust)").status == .exited(69))
                    let lenient = "\(other)?\(trust)&ssl_check_hostname=false"
                    #expect(try await Self.send(lenient).status == .exited(0))
                }
                let untrusted = try await Self.send(here)
                #expect(untrusted.status == .exited(69))
                #expect(untrusted.errors.contains("cannot reach amqps://localhost:\(port): "))
                let wrong = "\(here)?ssl_ca_certs=\(stranger.certificate)"
                #expect(try await Self.send(wrong).status == .exited(69))
                #expect(try await Self.send("\(wrong)&ssl_cert_reqs=none").status == .exited(0))
            }
        }
    }
}
