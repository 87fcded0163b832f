import Glibc
import Synchronization

/// The system's zone database, each zone read once and again when its file has changed.
package final class ZoneDatabase: Sendable {
    /// The database of this machine.
    package static let system = ZoneDatabase(folder: systemFolder)

    /// Absolute, without a slash at its end.
    private let folder: String
    private let zones = Mutex<[String: Zone]>([:])

    /// - Parameter folder: where the zone files are.
    package init(folder: String) {
        self.folder = folder
    }

    private struct Zone {
        let version: FileVersion
        let rules: TimeZoneRules
    }

    /// `$TZDIR`, or where systems have it.
    private static var systemFolder: String {
        getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
    }
}

extension ZoneDatabase {
    /// The rules of a zone as its file says them now.
    ///
    /// A file that was read before costs one stat(2) as long as it is the same. One that is gone or
    /// was damaged meanwhile, as it may be while the system is upgraded, leaves its last rules in
    /// use.
    /// - Parameter zone: with a name, or the system's own.
    /// - Returns: a value that stays as it is; compare it with the next one to see a change.
    /// - Throws: ``TimeZoneError``.
    package func rules(of zone: LocalTimeZone) throws(TimeZoneError) -> TimeZoneRules {
        guard let name = zone.name else { return try systemRules() }
        return try rules(named: name)
    }

    /// The rules of a zone by its IANA name; `UTC` is always there.
    ///
    /// - Throws: ``TimeZoneError``.
    package func rules(named name: String) throws(TimeZoneError) -> TimeZoneRules {
        guard let path = path(of: name) else { throw .unknown(name) }
        guard access(path, F_OK) == 0 || isKnown(path) else {
            if name == "UTC" { return .utc }
            throw .unknown(name)
        }
        return try rules(at: path, name: name)
    }

    /// Where a zone's file is; `nil` if the text cannot name one.
    private func path(of name: String) -> String? {
        let parts = name.pieces(separatedBy: "/")
        let isName = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        return isName && !name.utf8.contains(0) ? "\(folder)/\(name)" : nil
    }

    /// `$TZ` as tzset(3) takes it: a name, a path or a rule; without it `/etc/localtime`, and without
    /// that UTC.
    private func systemRules() throws(TimeZoneError) -> TimeZoneRules {
        guard let variable = getenv("TZ").map({ String(cString: $0) }) else {
            let path = "/etc/localtime"
            return access(path, F_OK) == 0 ? try rules(at: path, name: path) : .utc
        }
        if variable.isEmpty { return .utc }
        let name =
            variable.begins(with: ":") ? String(variable.unicodeScalars.dropFirst()) : variable
        if name.isAbsolutePath { return try rules(at: name, name: name) }
        do throws(TimeZoneError) { return try rules(named: name) } catch {
            var reader = RecurringZoneRuleReader(name.utf8)
            guard let rule = reader.read() else { throw error }
            return TimeZoneRules(rule)
        }
    }

    private func isKnown(_ path: String) -> Bool {
        zones.withLock { $0[path] != nil }
    }

    private func rules(at path: String, name: String) throws(TimeZoneError) -> TimeZoneRules {
        let known = zones.withLock { $0[path] }
        let version = FileVersion(path)
        if let known, version == nil || version == known.version { return known.rules }
        do throws(TimeZoneError) {
            let rules = try Self.read(path, name: name)
            if let version {
                zones.withLock { $0[path] = Zone(version: version, rules: rules) }
            }
            return rules
        } catch {
            guard let known else { throw error }
            return known.rules
        }
    }

    private static func read(_ path: String, name: String) throws(TimeZoneError) -> TimeZoneRules {
        let contents: FileContents
        do throws(FileContentsError) {
            contents = try FileContents(found: path, limit: longest)
        } catch {
            // A folder of zones is not a zone.
            throw error == .system(EISDIR)
                ? .unknown(name) : .unreadable(name, reason: error.description)
        }
        var reader = ZoneFileReader(contents.bytes)
        do throws(ZoneFileError) { return try reader.read() } catch {
            throw error == .notAZoneFile
                ? .unknown(name) : .unreadable(name, reason: error.description)
        }
    }

    /// In bytes; real ones have a few thousand.
    private static let longest = 1_048_576
}
