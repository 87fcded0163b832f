internal import Glibc
package import TaskQueue

extension Transports {
    /// Connects to the broker to send periodic tasks.
    ///
    /// A half-open connection is given up before the lease has run out for long.
    ///
    /// - Parameter needsMemory: whether what was sent has to be remembered when this process has ended.
    /// - Returns: a connection of its own.
    /// - Throws: ``BrokerError`` if it cannot be reached, or remembers nothing and has to.
    package func openBeat(needsMemory: Bool = false) throws(BrokerError) -> any BeatStore {
        let broker = try openRemembering(
            timeout: options.connectTimeout,
            replyTimeout: BeatLease.length
        )
        guard broker.beatStore == nil, !needsMemory, let election = broker.leaderElection else {
            return try broker.requiring(.beatStore)
        }
        return ForgetfulBeat(broker, election, beatNotes, of: "\(options.broker)")
    }

    /// What an operator of a tq-beat should know from the start, a sentence each.
    package var beatWarnings: [String] {
        brokerRemembers || backendRemembers
            ? []
            : [
                "nothing remembers what tq-beat has sent: what falls due while none runs is not sent, and as another "
                    + "takes over a firing may be missing, or sent twice under one id; results in SQLite or Redis "
                    + "remember it: name a URL with --result-backend, $TQ_RESULT_BACKEND or result_backend in tq.toml"
            ]
    }

    /// Connects to the broker only to look which live entries it has.
    ///
    /// - Parameter timeout: for connecting and the first answer, unless that of the options is shorter.
    /// - Returns: a connection of its own; `nil`: the broker is a file that does not exist, or keeps no entries.
    /// - Throws: ``BrokerError`` if it cannot be reached.
    package func openLiveEntries(
        within timeout: Duration
    ) throws(BrokerError) -> (any LiveEntryStore)? {
        #if SQLite
        if case .sqlite(let path) = options.broker, access(path, F_OK) != 0 { return nil }
        #endif
        return try openRemembering(
            timeout: min(timeout, options.connectTimeout),
            replyTimeout: timeout
        ).liveEntryStore
    }
}
