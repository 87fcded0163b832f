internal import Synchronization
internal import TaskQueue

/// Asks the sentinels of a group, while commands are sent to its master, whether another has taken its place.
///
/// After a planned failover (`SENTINEL FAILOVER`) the old master accepts commands for some ten seconds more, until
/// the sentinels make it a replica. What it accepts then is lost. So each connection to a master asks its group's
/// watch before it sends; one watch serves the whole process. A program that lasts less than a second asks nothing.
final class MasterWatch: Sendable {
    /// The time between two questions.
    private static let period: Duration = .seconds(1)
    /// For the answers of all sentinels; a later one counts when the next question is asked.
    private static let longestAnswer: Duration = .milliseconds(100)
    /// For connecting to a sentinel, which may be on a machine that is gone; it is tried so seldom then.
    private static let longestConnect: Duration = .milliseconds(250)
    private static let retryPeriod: Duration = .seconds(15)
    private static let all = Mutex<[MasterWatch]>([])

    private let group: SentinelGroup
    private let tls: TLSOptions?
    private let state: Mutex<State>

    private struct State {
        var names = MasterNames()
        var sentinels: [Sentinel]
        var lastHeard: RedisServerName?
        var nextQuestion: Instant
    }

    private struct Sentinel {
        let name: RedisServerName
        var connection: RedisConnection?
        var isAsked = false
        var mayConnectFrom: Instant?
    }

    /// The process's watch of a group.
    static func of(_ group: SentinelGroup, _ tls: TLSOptions?) -> MasterWatch {
        all.withLock { all in
            if let known = all.first(where: { $0.group == group && $0.tls == tls }) { return known }
            let watch = MasterWatch(group, tls)
            all.append(watch)
            return watch
        }
    }

    private init(_ group: SentinelGroup, _ tls: TLSOptions?) {
        self.group = group
        self.tls = tls
        let sentinels = group.sentinels.map { Sentinel(name: $0) }
        state = Mutex(State(sentinels: sentinels, nextQuestion: .now + Self.period))
    }

    /// The sentinels, first the one that answered last: a worker makes many connections, and one of the others may be
    /// on a machine that is gone.
    var inTurn: [RedisServerName] {
        guard let first = state.withLock(\.lastHeard) else { return group.sentinels }
        return [first] + group.sentinels.filter { $0 != first }
    }

    /// Where a sentinel is, and as whom to ask it.
    func address(of sentinel: RedisServerName) -> RedisAddress {
        RedisAddress(
            sentinel,
            user: group.user,
            password: group.password,
            database: 0,
            tls: tls
        )
    }

    /// Takes down what a sentinel has answered elsewhere.
    func heard(_ master: RedisServerName, from sentinel: RedisServerName) {
        state.withLock { state in
            state.lastHeard = sentinel
            state.names.heard(master, from: sentinel, at: .now)
        }
    }

    /// Whether another server is the master now; asks the sentinels if that was a second ago.
    ///
    /// It waits a tenth of a second for them at most, longer only for a new connection to one of them; not at all while
    /// another thread asks.
    func isReplaced(_ server: RedisServerName) -> Bool {
        let answer = state.withLockIfAvailable { state in
            let now = Instant.now
            if state.nextQuestion <= now {
                ask(&state)
                state.nextQuestion = .now + Self.period
            }
            return state.names.isReplaced(server, at: now)
        }
        return answer ?? false
    }

    private func ask(_ state: inout State) {
        // One that did not answer last time is not waited for again.
        let isLate = state.sentinels.map(\.isAsked)
        for index in state.sentinels.indices { ask(&state.sentinels[index]) }
        let now = Instant.now
        for index in state.sentinels.indices {
            let deadline = isLate[index] ? now : now + Self.longestAnswer
            guard let master = answer(of: &state.sentinels[index], until: deadline) else {
                continue
            }
            let name = state.sentinels[index].name
            state.names.heard(master, from: name, at: .now)
        }
    }

    /// Sends the question, unless the last one is unanswered.
    private func ask(_ sentinel: inout Sentinel) {
        guard !sentinel.isAsked else { return }
        do throws(BrokerError) {
            guard let connection = try connection(to: &sentinel) else { return }
            connection.append(group.question)
            try connection.flush()
            sentinel.isAsked = true
        } catch {
            lose(&sentinel)
        }
    }

    /// - Returns: `nil` if it is not to be tried yet.
    private func connection(to sentinel: inout Sentinel) throws(BrokerError) -> RedisConnection? {
        if let connection = sentinel.connection { return connection }
        if let start = sentinel.mayConnectFrom, Instant.now < start { return nil }
        let place = address(of: sentinel.name)
        sentinel.connection = try RedisConnection(place, timeout: Self.longestConnect)
        return sentinel.connection
    }

    /// - Returns: which server it calls the master; `nil`: it has not said so.
    private func answer(
        of sentinel: inout Sentinel,
        until deadline: Instant
    ) -> RedisServerName? {
        guard sentinel.isAsked, let connection = sentinel.connection,
            connection.isReadable(until: deadline)
        else { return nil }
        do throws(BrokerError) {
            let reply = try connection.checked(try connection.reply())
            sentinel.isAsked = false
            return group.master(in: reply)
        } catch {
            lose(&sentinel)
            return nil
        }
    }

    /// The connection is gone, or the sentinel refuses.
    private func lose(_ sentinel: inout Sentinel) {
        sentinel.connection = nil
        sentinel.isAsked = false
        sentinel.mayConnectFrom = .now + Self.retryPeriod
    }
}
