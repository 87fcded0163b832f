import TaskQueue
import Testing

@Suite("patterns for names")
struct GlobPatternTests {
    @Test(
        "match",
        arguments: [
            ("sms.send", "sms.send"), ("sms.*", "sms."), ("sms.*", "sms.a.b"), ("*", ""),
            ("*", "é"),
            ("?", "é"), ("a?c", "abc"), ("*.send", "sms.send"), ("a*b*c", "aXbYbZc"),
            ("**a**", "a"),
            ("a.[b]", "a.[b]"), ("*aab", "aaaab"), ("", ""),
        ]
    )
    func matches(pattern: String, name: String) {
        #expect(GlobPattern(pattern).matches(name))
    }

    @Test(
        "do not match",
        arguments: [
            ("sms.send", "sms.sendX"), ("sms.send", "sms.sen"), ("sms.*", "sms"), ("?", ""),
            ("?", "ab"),
            ("a*b", "abc"), ("", "a"), ("a.b", "aXb"), ("A", "a"), ("*a*b", "bbba"),
        ]
    )
    func differs(pattern: String, name: String) {
        #expect(!GlobPattern(pattern).matches(name))
    }

    @Test("many stars and a long name take no time", .timeLimit(.minutes(60)))
    func manyStars() {
        let pattern = GlobPattern(String(repeating: "a*", count: 50) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 10_000)))
    }
}
