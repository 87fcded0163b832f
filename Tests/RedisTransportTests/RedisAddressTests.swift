import RedisTransport
import TaskQueue
import TaskSettings
import Testing

@Suite("The address of a Redis server")
struct RedisAddressTests {
    @Test(
        "a URL is read, and shown without its password",
        arguments: [
            ("redis://", "redis://localhost:6379"),
            ("redis://example.org", "redis://example.org:6379"),
            ("redis://example.org:7000/3", "redis://example.org:7000/3"),
            ("redis://example.org/?db=4", "redis://example.org:6379/4"),
            ("redis://example.org/4?db=4&socket_timeout=5", "redis://example.org:6379/4"),
            ("redis://:s3cret@example.org", "redis://:***@example.org:6379"),
            ("redis://me:s%40cret@example.org/1", "redis://me:***@example.org:6379/1"),
            ("redis://[::1]:7000", "redis://[::1]:7000"),
            ("unix:///run/redis.sock", "unix:///run/redis.sock"),
            ("unix://:s3cret@/run/redis.sock?db=2", "unix://:***@/run/redis.sock?db=2"),
            ("redis+socket:///run/redis.sock?virtual_host=2", "unix:///run/redis.sock?db=2"),
            (
                "rediss://:s3cret@example.org/1?ssl_cert_reqs=none",
                "rediss://:***@example.org:6379/1"
            ),
        ]
    )
    func reading(url: String, shown: String) throws {
        #expect(try RedisAddress.reading(url).description == shown)
    }

    @Test("user and password are decoded")
    func credentials() throws {
        let address = try RedisAddress.reading("redis://m%C3%A9:s%40c%3Aret@example.org")
        #expect(address.user == "mé")
        #expect(address.password == "s@c:ret")
        #expect(try RedisAddress.reading("redis://:s@example.org").user == nil)
        let other = try RedisAddress.reading("redis://example.org?username=me&password=s%26t&db=0")
        #expect(other.user == "me" && other.password == "s&t")
        #expect(other.description == "redis://me:***@example.org:6379")
    }

    @Test(
        "what names no server is refused",
        arguments: [
            "redis://example.org:port", "redis://example.org:70000", "redis://example.org/queue",
            "redis://example.org/-1", "unix://", "unix:///run/redis.sock?db=x",
            "redis:/example.org", "redis:example.org", "redis://example.org/0?db=3",
            "redis://example.org?pasword=x", "redis://example.org?ssl=true",
            "redis://example.org?x", "redis://:s#x@example.org", "redis://:s/x@example.org",
            "redis://example.org/99999999999",
        ]
    )
    func refusing(url: String) {
        #expect(throws: URLError.self) { try RedisAddress.reading(url) }
    }

    @Test(
        "a group's sentinels are read, in Celery's way too, and shown without a password",
        arguments: [
            (
                "sentinel://h1,[::1]:7,h2:8/3?master=m",
                "sentinel://h1:26379,[::1]:7,h2:8/3?master=m"
            ),
            ("sentinel://h1?master_name=m", "sentinel://h1:26379?master=m"),
            (
                "sentinel://:s3cret@h1:1/2?master=m;sentinel://:s3cret@h2:2/2",
                "sentinel://:***@h1:1,h2:2/2?master=m"
            ),
            (
                "sentinel://me:s3cret@h1/?master=m&sentinel_user=us&sentinel_password=s3cret",
                "sentinel://me:***@h1:26379?master=m"
            ),
        ]
    )
    func sentinels(url: String, shown: String) throws {
        let urls = try url.split(separator: ";").map { try #require(URLText(String($0))) }
        let address = try RedisAddress(sentinels: urls, RedisAddress.Settings())
        #expect(address.description == shown)
        let complete = try #require(address.completeURL.flatMap { URLText($0) })
        #expect(try RedisAddress(sentinels: [complete], RedisAddress.Settings()) == address)
        #expect(!complete.redacted.contains("s3cret"))
        #expect(!urls.contains { $0.redacted.contains("s3cret") })
    }

    @Test("what a URL says of TLS goes before the settings, and a complete URL says both")
    func tls() throws {
        var options = TLSOptions()
        #expect(options.set("ssl_ca_certs", to: "ca.pem", folder: "/etc/tq") == nil)
        #expect(options.set("ssl_check_hostname", to: "False", folder: "/") == nil)
        let settings = RedisAddress.Settings(tls: options, folder: "/srv")
        let text = "redis://:s%26t@example.org?ssl_certfile=a%20b.pem&ssl_check_hostname=1"
        let address = try RedisAddress(try #require(URLText(text)), settings)
        #expect(address.tls?.authorities == "/etc/tq/ca.pem")
        #expect(address.tls?.certificate == "/srv/a b.pem")
        #expect(address.tls?.checksHostname == true && address.tls?.verifiesCertificate == true)
        let complete = try #require(address.completeURL)
        #expect(
            complete == "rediss://:s%26t@example.org:6379/0?ssl_ca_certs=%2Fetc%2Ftq%2Fca.pem"
                + "&ssl_certfile=%2Fsrv%2Fa%20b.pem"
        )
        #expect(try RedisAddress.reading(complete) == address)
        #expect(try RedisAddress.reading("unix:///s").tls == nil)
    }
}
