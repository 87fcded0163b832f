/// An instant that a sender names.
package enum SendingTime: Equatable, Sendable {
    /// So long after the message is made.
    case after(Duration)
    case at(Timestamp)

    /// The instant, for a message that is made `now`.
    package func instant(from now: Timestamp) -> Timestamp {
        switch self {
        case .after(let length): now + length
        case .at(let time): time
        }
    }
}
