/// What can go wrong between tq and a broker or result backend.
package enum BrokerError: Error, Equatable, Sendable {
    /// `url` is without its password, here and below.
    case unreachable(url: String, reason: String)
    case connectionLost(url: String, reason: String)
    /// Wrong password, unknown user, or a user without the right to do this.
    case refusedCredentials(url: String, reason: String)
    /// The server answers, but will not do it now: loading, read-only, out of memory.
    case refused(url: String, reason: String)
    /// The server takes no more messages until it has room for them.
    case noRoom(url: String, reason: String)
    /// The disk is full or failing, or the file is read-only.
    case storageFailed(url: String, reason: String)
    /// It holds something that is not tq's, or of a version that this tq does not know.
    case unusable(url: String, reason: String)
    /// The URL names something that must not be used: others can write it, or it is not a file.
    case misconfigured(url: String, reason: String)
    /// The file is no longer the one that was opened: nothing was written to it.
    case fileChanged(url: String, reason: String)
    /// Brokers of this kind cannot do what was asked; nothing was done.
    case unable(broker: String, Capability)
    /// This process lacks the resources to speak to it.
    case shortage(ResourceShortage)
}

extension BrokerError {
    /// Whether the broker has answered: the connection is as good as before.
    package var isAnswer: Bool {
        switch self {
        case .refused, .noRoom, .refusedCredentials, .unusable, .unable: true
        case .unreachable, .connectionLost, .storageFailed, .misconfigured, .fileChanged, .shortage:
            false
        }
    }

    /// Whether trying again, over a new connection, may help without anybody's intervention.
    package var mayPass: Bool {
        switch self {
        case .unreachable, .connectionLost, .refused, .noRoom, .fileChanged, .shortage: true
        case .refusedCredentials, .storageFailed, .unusable, .misconfigured, .unable: false
        }
    }
}

extension BrokerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let url, let reason): "cannot reach \(url): \(reason)"
        case .connectionLost(let url, let reason): "lost the connection to \(url): \(reason)"
        case .refusedCredentials(let url, let reason): "\(url) refused the credentials: \(reason)"
        case .refused(let url, let reason): "\(url) refused: \(reason)"
        case .noRoom(let url, let reason): "\(url) takes no messages for now: \(reason)"
        case .storageFailed(let url, let reason): "cannot write \(url): \(reason)"
        case .unusable(let url, let reason), .misconfigured(let url, let reason):
            "cannot use \(url): \(reason)"
        case .fileChanged(let url, let reason): "lost \(url): \(reason)"
        case .unable(let broker, let capability):
            "\(broker) cannot \(capability.deed)"
        case .shortage(let shortage): "\(shortage)"
        }
    }
}
