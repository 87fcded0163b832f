/// A broker whose server may be set up so that it loses tasks, and can say so.
package protocol AdvisingBroker: AnyObject {
    /// What an operator should know of the server; empty also for users without the right to ask.
    func advice() throws(BrokerError) -> [ServerAdvice]
}

/// What an operator should know of a broker's server.
package enum ServerAdvice: Equatable, Sendable {
    /// It may evict keys, and so tasks, when its memory is full; the policy is in the server's own words.
    case mayEvict(policy: String)
    /// It writes nothing to its disk: its data is gone when it ends.
    case savesNothing
}

extension ServerAdvice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .mayEvict(let policy):
            "the broker's server may evict tasks when its memory is full (maxmemory-policy \(policy)): "
                + "set maxmemory-policy noeviction there"
        case .savesNothing:
            "the broker's server saves nothing, and forgets all tasks when it ends: set appendonly yes "
                + "there if they should survive that"
        }
    }
}
