package import TaskQueue
package import TaskSchedules

/// An entry that is to be added to those in the broker.
package struct LiveDraft: Sendable {
    package let entry: BeatEntry
    /// Its table, as in `beat.d`; it means the same whatever the settings of its reader say.
    package let text: String

    package init(_ entry: BeatEntry, text: String) {
        self.entry = entry
        self.text = text
    }
}

extension LiveDraft {
    /// As the broker is to keep it.
    package var newEntry: NewLiveEntry {
        NewLiveEntry(BeatRegistration(entry, default: .system), text: text)
    }
}
