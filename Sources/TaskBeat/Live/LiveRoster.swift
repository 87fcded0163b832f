package import TaskQueue
internal import TaskSchedules
internal import TaskSettings

/// Which live entries a ``BeatDriver`` has, and what to do with those that the broker has.
package struct LiveRoster {
    /// The version of all entries when they were last read; `nil`: they have to be read.
    var version: Int64?
    private let configured: Set<String>
    /// By name, the versions of the entries that were read and are usable.
    private var versions: [String: Int64] = [:]
    /// The entries that were reported, so that each is reported once.
    private var refused: [String: Int64] = [:]

    /// `names` are those of the entries in the settings.
    package init(besides names: [String]) {
        configured = Set(names)
    }
}

extension LiveRoster {
    /// Has all of them read again.
    mutating func forget() {
        version = nil
        versions = [:]
    }

    /// Uses these entries from now on.
    ///
    /// - Parameters:
    ///   - stored: all that exist.
    ///   - report: called once for each that is left out.
    /// - Returns: those that are new, or have another version.
    package mutating func update(
        _ stored: [StoredLiveEntry],
        report: (_ name: String, LiveRefusal) -> Void
    ) -> [LiveEntry] {
        var current: [String: Int64] = [:]
        var news: [LiveEntry] = []
        for item in stored {
            if versions[item.name] == item.version {
                current[item.name] = item.version
                continue
            }
            do throws(SettingsError) {
                guard !configured.contains(item.name) else {
                    refuse(item, .configured, report)
                    continue
                }
                news.append(try LiveEntryText.entry(item))
            } catch {
                refuse(item, .unreadable(error), report)
            }
        }
        versions = current
        return news
    }

    /// Whether an entry of the driver is among those that stay.
    func has(_ name: String) -> Bool { versions[name] != nil }

    /// Counts an entry among those that the driver has.
    mutating func admit(_ live: LiveEntry) { versions[live.entry.name] = live.version }

    /// Counts an entry among those that the driver does not have, until all are read again.
    mutating func drop(_ name: String) { versions[name] = nil }

    private mutating func refuse(
        _ item: StoredLiveEntry,
        _ refusal: LiveRefusal,
        _ report: (String, LiveRefusal) -> Void
    ) {
        guard refused.updateValue(item.version, forKey: item.name) != item.version else { return }
        report(item.name, refusal)
    }
}
