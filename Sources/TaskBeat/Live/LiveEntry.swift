package import TaskQueue
package import TaskSchedules

/// An entry that was added while `tq-beat` runs, and is kept in the broker, as it was read there.
package struct LiveEntry: Sendable {
    /// One for a crontab line that names no zone goes by the system's, whatever the settings say.
    package let entry: BeatEntry
    /// See ``StoredLiveEntry/version``.
    package let version: Int64

    package init(_ entry: BeatEntry, version: Int64) {
        self.entry = entry
        self.version = version
    }
}

extension LiveEntry {
    /// As the broker knows it.
    package var registration: LiveRegistration {
        LiveRegistration(BeatRegistration(entry, default: .system), version: version)
    }
}
