internal import Glibc

/// A place's clocks, as the system's zone database knows them.
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
    /// first.
    ///
    /// - Throws: ``TimeZoneError`` if the zone's file, or `$TZ`, cannot be used.
    func utcOffset(showing civil: CivilDateTime) throws(TimeZoneError) -> Int {
        let shown = civil.secondsOnItsClock
        // Our own reader: the C library's has one zone for the whole process, and trusts its files.
        let rules = try ZoneDatabase.system.rules(of: self)
        let before = rules.period(containing: shown - 86_400).offset
        let after = rules.period(containing: shown + 86_400).offset
        let candidates = [before, after].filter {
            rules.period(containing: shown - $0).offset == $0
        }
        // The larger offset is the earlier instant.
        return candidates.max() ?? before
    }

    /// Whether the database has a file of that name that is a zone, and not a table or a folder.
    private static func isInDatabase(_ name: String) -> Bool {
        let parts = name.pieces(separatedBy: "/")
        guard !parts.contains(""), !parts.contains("."), !parts.contains(".."),
            !name.utf8.contains(0)
        else { return false }
        let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
        let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var magic: [UInt8] = [0, 0, 0, 0]
        // RFC 8536, section 3.1: a zone's file begins with these four bytes.
        return read(descriptor, &magic, 4) == 4 && magic == Array("TZif".utf8)
    }
}
