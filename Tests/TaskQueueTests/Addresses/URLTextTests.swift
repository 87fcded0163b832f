import Testing

@testable import TaskQueue

@Suite("a URL")
struct URLTextTests {
    @Test(
        "shows no part of a password, wherever its characters end it",
        arguments: [
            ("redis://:S3cret@h/8", "redis://:***@h/8"),
            ("redis://me:S3cret@h", "redis://me:***@h"),
            ("redis://:S3c/ret@127.0.0.1:6600/0", "redis://:***@127.0.0.1:6600/0"),
            ("redis://:S3c?ret@h", "redis://:***@h"),
            ("redis://:S3c#ret@h", "redis://:***@h"),
            ("redis://:S3c@ret@h", "redis://:***@h"),
            ("redis://:12/S3cret@h:6600/0", "redis://:***@h:6600/0"),
            ("redis://:p@S3#c/ret@h:1/8", "redis://:***@h:1/8"),
            ("redis://S3c/ret@h", "redis://***@h"),
            ("redis://me@h", "redis://me@h"),
            ("redis:///:S3cret@h/8", "redis:///:***@h/8"),
            ("redis:/u:S3cret@h", "redis:***@h"),
            ("redis:u:S3cret@h:1", "redis:***@h:1"),
            ("u:S3cret@h:6379", "u:***@h:6379"),
            ("postgres://u:to/S3cret@db/x", "postgres://u:***@db/x"),
            ("sentinel://:S3/cret@x:1/0", "sentinel://:***@x:1/0"),
            ("sentinel://h:1;sentinel://:S3cret@x:1/0", "sentinel://h:***@x:1/0"),
            (
                "sentinel://h:1,i:2/0?master=m&sentinel_password=S3cret&x=1",
                "sentinel://h:1,i:2/0?master=m&sentinel_password=***"
            ),
            ("redis://h?password=S3&cret", "redis://h?password=***"),
            ("redis://h?PASSWD=S3cret", "redis://h?PASSWD=***"),
            ("redis://user:S3cret", "redis://user:***"),
            // A mark that makes one character of it and the `@`, and of it and the `/`.
            ("redis://:S3cret@\u{301}h", "redis://:***@\u{301}h"),
            ("redis:/\u{301}/:S3cret@h", "redis:***@h"),
            ("redis://[::1]:7000/0", "redis://[::1]:7000/0"),
            ("unix:///run/redis.sock?db=0", "unix:///run/redis.sock?db=0"),
            ("sqlite:/srv/a@b.db", "sqlite:/srv/a@b.db"), ("sqlite:a?b:1@c", "sqlite:a?b:1@c"),
            ("sqlite:redis://:S3cret@h", "sqlite:redis://:***@h"), ("", ""),
        ]
    )
    func redaction(text: String, shown: String) {
        #expect(URLRedaction.redacted(text) == shown)
        #expect(!shown.contains("S3") && !shown.contains("cret"))
    }

    @Test(
        "says how a delimiter in a password is written",
        arguments: [
            ("redis://:s/x@h", "%2F"), ("redis://:p@s/w@h", "%2F"), ("redis:///:s@h/8", "%2F"),
            ("redis://:s?x@h", "%3F"), ("redis://u:12?a@h/0", "%3F"), ("redis://:s#x@h", "%23"),
        ]
    )
    func mistakes(text: String, advice: String) throws {
        #expect(try #require(URLText(text)).passwordMistake?.contains(advice) == true)
    }

    @Test(
        "takes an @ in a parameter for what it is",
        arguments: [
            "redis://h:6379/0?client_name=a@b", "rediss://:s@h/0?ssl_ca_certs=/x@y",
            "redis://[::1]:7/0?client_name=a@b", "redis://:s%2Fx@h/0",
        ]
    )
    func noMistake(text: String) throws {
        #expect(try #require(URLText(text)).passwordMistake == nil)
    }

    @Test("with a NUL is none, which would hide what follows it from the C library")
    func nul() {
        #expect(URLText("redis://:a%00b@h") == nil)
    }
}
