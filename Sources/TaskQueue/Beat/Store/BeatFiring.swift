/// A firing of an entry, to be sent by a ``BeatStore``.
package struct BeatFiring: Sendable {
    /// The entry's name.
    package let entry: String
    package let instant: Timestamp
    /// The entry fires so often at most; `nil`: for ever.
    package let most: Int?
    /// Of a live entry, which has to be that still; `nil` for one of the settings.
    package let version: Int64?
    /// If it has a ``OutgoingMessage/unique`` key, it is sent only if no unfinished task holds that.
    package let message: OutgoingMessage

    package init(
        entry: String,
        instant: Timestamp,
        most: Int?,
        version: Int64? = nil,
        message: OutgoingMessage
    ) {
        self.entry = entry
        self.instant = instant
        self.most = most
        self.version = version
        self.message = message
    }
}
