import Glibc
import Synchronization

/// A place's clocks, as the C library's zone database knows them.
package struct LocalTimeZone: Hashable, Sendable {
    /// The IANA name, `Europe/Berlin`; `nil` for the system's own zone (`$TZ`, `/etc/localtime`).
    package let name: String?

    /// The zone that the machine, or `$TZ`, is set to.
    package static let system = LocalTimeZone()

    private init() {
        name = nil
    }

    /// - Throws: ``TimeZoneError`` when the database has no zone of that name.
    package init(named name: String) throws(TimeZoneError) {
        guard name == "UTC" || Self.isInDatabase(name) else { throw .unknown(name) }
        self.name = name
    }
}

extension LocalTimeZone {
    /// Seconds east of UTC for the instant at which these clocks show `civil`, whose own offset is
    /// ignored.
    ///
    /// In a gap: the offset from before it, which moves the instant forward. Twice: that of the
    /// first. `mktime` leaves both cases to what it was last asked, so the offsets of the day
    /// before and the day after are tried instead.
    func utcOffset(showing civil: CivilDateTime) -> Int {
        let shown = civil.secondsOnItsClock
        return withZoneSet {
            let before = Self.currentOffset(at: shown - 86_400)
            let after = Self.currentOffset(at: shown + 86_400)
            let candidates = [before, after].filter {
                Self.currentOffset(at: shown - $0) == $0
            }
            // The larger offset is the earlier instant.
            return candidates.max() ?? before
        }
    }

    /// Runs `body` while the C library's zone is this one.
    ///
    /// The zone is the process's: `TZ` is set for the time of the call and put back. The lock keeps
    /// our own calls apart; a thread that reads the environment meanwhile is the caller's care.
    private func withZoneSet<Value: Sendable>(_ body: () -> Value) -> Value {
        Self.zoneLock.withLock { _ in
            guard let name else {
                tzset()
                return body()
            }
            let saved = getenv("TZ").map { String(cString: $0) }
            setenv("TZ", ":" + name, 1)
            tzset()
            let value = body()
            if let saved { setenv("TZ", saved, 1) } else { unsetenv("TZ") }
            tzset()
            return value
        }
    }

    private static let zoneLock = Mutex<Void>(())

    private static func currentOffset(at seconds: Int) -> Int {
        var time = time_t(seconds)
        var fields = tm()
        return localtime_r(&time, &fields) == nil ? 0 : fields.tm_gmtoff
    }

    /// Whether the database has a file of that name that is a zone, and not a table or a folder.
    private static func isInDatabase(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(""), !parts.contains(".."), !name.utf8.contains(0) else {
            return false
        }
        let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
        let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var magic: [UInt8] = [0, 0, 0, 0]
        // RFC 8536, section 3.1: a zone's file begins with these four bytes.
        return read(descriptor, &magic, 4) == 4 && magic == Array("TZif".utf8)
    }
}
