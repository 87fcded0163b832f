import TaskQueue
import Testing

@testable import AMQPTransport

@Suite("the address of a RabbitMQ server")
struct AMQPAddressTests {
    private func address(_ texts: String...) throws -> AMQPAddress {
        try AMQPAddress(texts.map { try #require(URLText($0)) }, folder: "/etc")
    }

    @Test("has Celery's defaults")
    func defaults() throws {
        let address = try address("amqp://")
        #expect(address.hosts == [.init(name: "localhost", port: 5672)])
        #expect((address.user, address.password, address.vhost) == ("guest", "guest", "/"))
        #expect(address.heartbeat == 30 && address.tls == nil)
        #expect("\(address)" == "amqp://localhost")
        #expect(try self.address("amqps://h").hosts == [.init(name: "h", port: 5671)])
    }

    @Test(
        "has a vhost, which may be / in three ways",
        arguments: [
            ("amqp://h", "/"), ("amqp://h/", "/"), ("amqp://h//", "/"), ("amqp://h/%2F", "/"),
            ("amqp://h/v", "v"), ("amqp://h//a/b", "/a/b"), ("amqp://h/gr%C3%BC%C3%9Fe", "grüße"),
        ]
    )
    func vhost(_ url: String, _ expected: String) throws {
        #expect(try address(url).vhost == expected)
    }

    @Test("names several nodes, in one URL or in Celery's list")
    func nodes() throws {
        let hosts: [AMQPAddress.Host] = [
            .init(name: "a", port: 5672), .init(name: "::1", port: 5673),
        ]
        #expect(try address("amqp://u:p@a,[::1]:5673/v").hosts == hosts)
        #expect(try address("amqp://u:p@a/v", "amqp://u:p@[::1]:5673/v").hosts == hosts)
        #expect("\(try address("amqp://u:p@a,[::1]:5673/v"))" == "amqp://u:***@a,[::1]:5673/v")
    }

    @Test("says it all in one URL, also what the settings add")
    func complete() throws {
        var tls = TLSOptions()
        tls.authorities = "/etc/ca.pem"
        let url = try #require(URLText("amqp://u%40x:p%2Fq@h:1/a%20b?heartbeat=5"))
        let given = try AMQPAddress([url], tls: tls)
        let again = try AMQPAddress([try #require(URLText(given.completeURL))])
        #expect(again == given)
        #expect(given.completeURL.hasPrefix("amqps://u%40x:p%2Fq@h:1/a%20b?"))
        #expect(!"\(given)".contains("p/q") && !"\(given)".contains("p%2Fq"))
    }

    @Test(
        "is refused with a reason",
        arguments: [
            ("amqp://h:0", "its port must be from 1 to 65535"),
            ("amqp://h:x", "its port must be from 1 to 65535"),
            ("amqp://h?x=1", "unknown parameter x: heartbeat and ssl_… are known"),
            ("amqp://h?ssl_cert_reqs=none", "ssl_cert_reqs is for TLS: write amqps://"),
            (
                "amqp://h?heartbeat=-1",
                "heartbeat is a number of seconds up to 3600, and 0 for none"
            ),
            ("amqps://h?ssl_cert_reqs=perhaps", "ssl_cert_reqs is required or none"),
        ]
    )
    func refusals(_ url: String, _ reason: String) throws {
        let error = #expect(throws: URLError.self) { try address(url) }
        #expect(error?.reason == reason)
    }
}
