import Connections
import Glibc
import TaskQueue
import TestSupport
import Testing

@Suite("a URL of an SQLite file")
struct SQLiteURLTests {
    private static func path(_ url: String) throws -> String {
        guard case .sqlite(let path) = try Location(url: url, relativeTo: "/srv") else {
            Issue.record("\(url) names no file")
            return ""
        }
        return path
    }

    @Test(
        "names a file",
        arguments: [
            ("sqlite:q.db", "/srv/q.db"), ("sqlite:/a/q.db", "/a/q.db"),
            ("sqlite:///a/q.db", "/a/q.db"), ("sqlite:////a/q.db", "/a/q.db"),
            ("sqlite:a%20b.db", "/srv/a b.db"), ("sqlite:/%C3%A9.db", "/é.db"),
            ("sqlite:100%25.db", "/srv/100%.db"), ("sqlite:a%3Fb", "/srv/a?b"),
            ("sqlite:./~x", "/srv/./~x"),
        ]
    )
    func names(_ url: String, _ expected: String) throws {
        #expect(try Self.path(url) == expected)
    }

    @Test("may begin with ~, which is the home directory")
    func home() throws {
        let home = getenv("HOME").map { String(cString: $0) } ?? "/root"
        #expect(try Self.path("sqlite:~/q.db") == "\(home)/q.db")
        #expect(try Self.path("sqlite://~/a%20b.db") == "\(home)/a b.db")
    }

    @Test(
        "is refused where it says no file, or more than that",
        arguments: [
            ("sqlite:", "names no file"), ("sqlite://", "names no file"),
            ("sqlite:///", "names no file"), ("sqlite:a/", "names no file"),
            ("sqlite:.", "names no file"), ("sqlite:..", "names no file"),
            ("sqlite:~", "names no file"), ("sqlite:~/", "names no file"),
            ("sqlite::memory:", "in memory"), ("sqlite://:memory:", "in memory"),
            ("sqlite:///:memory:", "in memory"), ("sqlite:file::memory:", "in memory"),
            ("sqlite:file::memory:?cache=shared", "in memory"),
            ("sqlite:x?mode=memory", "in memory"),
            ("sqlite:%3Amemory%3A", "in memory"),
            ("sqlite:q.db?timeout=5", "no parameters"), ("sqlite:q.db?", "no parameters"),
            ("sqlite:file:q.db", "without file:"), ("sqlite:~nobody/q.db", "only ~/"),
            ("sqlite:100%.db", "%25"), ("sqlite:%zz", "%25"), ("sqlite:%00", "%25"),
            ("sqlite:%ff", "%25"),
        ]
    )
    func refuses(_ url: String, _ reason: String) {
        let error = #expect(throws: URLError.self) { try Self.path(url) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
    }

    @Test(
        "is written so that it is read again",
        arguments: ["/a b", "/100%", "/a?b", "/é", "/%41"]
    )
    func writes(_ path: String) throws {
        #expect(try Self.path("\(Location.sqlite(path: path))") == path)
    }
}
