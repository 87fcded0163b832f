package import TaskQueue
package import TaskSchedules

/// What ``BeatDriver`` goes by, and what a new reading of the settings changes.
package struct BeatConfiguration: Sendable {
    /// All entries, each name once.
    package let entries: [BeatEntry]
    /// For entries without a zone of their own.
    package let zone: LocalTimeZone
    package let messages: BeatMessages

    package init(entries: [BeatEntry], zone: LocalTimeZone, messages: BeatMessages) {
        self.entries = entries
        self.zone = zone
        self.messages = messages
    }
}
