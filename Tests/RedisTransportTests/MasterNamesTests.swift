import TaskQueue
import Testing

@testable import RedisTransport

@Suite("What sentinels call the master")
struct MasterNamesTests {
    private let old = RedisServerName(host: "10.0.0.1", port: 6379)
    private let new = RedisServerName(host: "10.0.0.2", port: 6379)
    private let first = RedisServerName(host: "10.0.0.1", port: 26379)
    private let second = RedisServerName(host: "10.0.0.2", port: 26379)
    private let now = Instant.now
    private var names = MasterNames()

    @Test("says that a server is replaced once a sentinel that named it names another")
    mutating func replaced() {
        names.heard(old, from: first, at: now)
        names.heard(old, from: second, at: now)
        #expect(!names.isReplaced(old, at: now))
        names.heard(new, from: second, at: now)
        #expect(names.isReplaced(old, at: now))
        #expect(!names.isReplaced(new, at: now))
    }

    @Test("says nothing while one of them is only behind the others")
    mutating func behind() {
        names.heard(new, from: first, at: now)
        names.heard(old, from: second, at: now)
        #expect(!names.isReplaced(old, at: now) && !names.isReplaced(new, at: now))
        names.heard(new, from: second, at: now)
        #expect(names.isReplaced(old, at: now) && !names.isReplaced(new, at: now))
    }

    @Test("lets a server be the master again, by a sentinel's word or after half a minute")
    mutating func again() {
        names.heard(old, from: first, at: now)
        names.heard(new, from: first, at: now)
        #expect(names.isReplaced(old, at: now + .seconds(29)))
        #expect(!names.isReplaced(old, at: now + .seconds(30)))
        names.heard(old, from: first, at: now + .seconds(1))
        #expect(!names.isReplaced(old, at: now + .seconds(1)))
        #expect(names.isReplaced(new, at: now + .seconds(1)))
    }
}
