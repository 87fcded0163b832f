/// A firing of an entry, to be sent by a ``BeatStore``.
package struct BeatFiring: Sendable {
    /// The entry's name.
    package let entry: String
    package let instant: Timestamp
    /// The entry fires so often at most; `nil`: for ever.
    package let most: Int?
    /// If it has a ``OutgoingMessage/unique`` key, it is sent only if no unfinished task holds that.
    package let message: OutgoingMessage

    package init(entry: String, instant: Timestamp, most: Int?, message: OutgoingMessage) {
        self.entry = entry
        self.instant = instant
        self.most = most
        self.message = message
    }
}
