/// Which live entries a ``BeatDriver`` has, and what it makes of those that the broker has.
package struct LiveRoster {
    /// That of all entries as they were read last; `nil`: they are to be read.
    var version: Int64?
    private let configured: Set<String>
    /// By name, the versions of those that were read and could be.
    private var versions: [String: Int64] = [:]
    /// Those that were complained about, so that it is done once.
    private var refused: [String: Int64] = [:]

    /// `names` are those of entries in the settings.
    package init(besides names: [String]) {
        configured = Set(names)
    }
}

extension LiveRoster {
    /// Lets all be read again.
    mutating func forget() {
        version = nil
        versions = [:]
    }

    /// Goes by these entries from now on.
    ///
    /// - Parameters:
    ///   - stored: all that there are.
    ///   - report: is told once of each that is left out.
    /// - Returns: those that were not there before, or in another version.
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
