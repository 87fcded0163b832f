internal import Glibc

extension LocalTimeZone {
    /// The IANA name of these clocks; for the machine's own zone the one that `$TZ` or `/etc/localtime`
    /// names, `nil` if the database does not have it.
    package var knownName: String? {
        if let name { return name }
        let candidate = getenv("TZ").map { String(cString: $0) } ?? Self.nameOfMachineZone
        guard var candidate, !candidate.isEmpty else { return nil }
        if candidate.hasPrefix(":") { candidate.removeFirst() }
        return (try? LocalTimeZone(named: candidate))?.name
    }

    /// What follows the folder of the database in the link `/etc/localtime`.
    private static var nameOfMachineZone: String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/etc/localtime", $0, bytes.count) } ?? -1
        }
        guard length > 0 else { return nil }
        let path = String(decoding: buffer.prefix(length), as: UTF8.self)
        let parts = path.split(separator: "/zoneinfo/", maxSplits: 1)
        return parts.count == 2 ? String(parts[1]) : nil
    }
}
