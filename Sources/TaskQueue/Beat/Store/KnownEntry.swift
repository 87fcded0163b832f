/// What a ``BeatStore`` knows of an entry, as far as it decides anything.
package struct KnownEntry: Equatable, Sendable {
    package var record: BeatRecord
    /// See ``BeatRegistration/fingerprint``.
    package var fingerprint: String
    package var isPaused: Bool
    /// Of a live entry; `nil` for one of the settings.
    package var version: Int64?

    package init(
        record: BeatRecord,
        fingerprint: String = "",
        isPaused: Bool = false,
        version: Int64? = nil
    ) {
        self.record = record
        self.fingerprint = fingerprint
        self.isPaused = isPaused
        self.version = version
    }
}

extension BeatRegistration {
    /// Makes the entry known.
    ///
    /// - Parameters:
    ///   - known: what is known of the entry of that name; `nil`: nothing.
    ///   - now: as when it counts as fired if it is new, or fires at other instants than before.
    /// - Returns: what is remembered of it from then on.
    package func record(after known: KnownEntry?, at now: Timestamp) -> BeatRecord {
        guard let known else { return BeatRecord(lastFiring: now) }
        var record = known.record
        if known.fingerprint != fingerprint { record.lastFiring = max(record.lastFiring, now) }
        return record
    }
}

extension LiveAddition {
    /// What becomes of an entry that is to be added.
    ///
    /// - Parameters:
    ///   - known: what is known of the entry of that name; `nil`: nothing.
    ///   - isThere: whether one of that name was added before, and is there still.
    ///   - replaces: whether that one makes way.
    package init(in known: KnownEntry?, isThere: Bool, replacing replaces: Bool) {
        if let known, known.version == nil {
            self = .configured
        } else if isThere {
            self = replaces ? .replaced(sent: known?.record.count ?? 0) : .exists
        } else {
            self = .added
        }
    }

    /// Whether the entry is there now.
    package var isDone: Bool { self != .configured && self != .exists }
}
