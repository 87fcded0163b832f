import RedisTransport
import TaskQueue
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
            ("redis://:s3cret@example.org", "redis://:***@example.org:6379"),
            ("redis://me:s%40cret@example.org/1", "redis://me:***@example.org:6379/1"),
            ("redis://[::1]:7000", "redis://[::1]:7000"),
            ("unix:///run/redis.sock", "unix:///run/redis.sock"),
            ("unix://:s3cret@/run/redis.sock?db=2", "unix://:***@/run/redis.sock?db=2"),
            ("redis+socket:///run/redis.sock?virtual_host=2", "unix:///run/redis.sock?db=2"),
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
    }

    @Test(
        "what names no server is refused",
        arguments: [
            "redis://example.org:port", "redis://example.org:70000", "redis://example.org/queue",
            "redis://example.org/-1", "unix://", "unix:///run/redis.sock?db=x",
        ]
    )
    func refusing(url: String) {
        #expect(throws: URLError.self) { try RedisAddress.reading(url) }
    }
}
