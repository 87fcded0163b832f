internal import CLinux
internal import Glibc

/// The clock that all processes of a machine share, and nobody sets: it begins as the machine starts, and
/// stands still while the machine sleeps.
///
/// All programs that use a database share memory (sqlite.org/wal.html), and so a machine.
enum MachineClock {
    /// In microseconds.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Names it: another for each start of the machine, and for a container with a clock of its own.
    static let name = "\(boot) \(SystemLink.target("/proc/self/ns/time") ?? "")"

    /// This start of the machine.
    static let boot = SystemLink.line("/proc/sys/kernel/random/boot_id") ?? "?"
}

/// What names a process to others on the machine.
enum ProcessMark {
    /// This process; `nil`: the system does not tell.
    static var own: String? { namespace.map { "\($0) \(getpid())" } }

    /// Whether a process has ended for certain; one that cannot be seen from here may run.
    static func hasEnded(_ mark: String) -> Bool {
        let parts = mark.split(separator: " ")
        guard parts.count == 2, parts[0] == namespace ?? "", let process = pid_t(parts[1]),
            process > 0
        else { return false }
        return kill(process, 0) != 0 && errno == ESRCH
    }

    /// Where process numbers mean the same.
    private static let namespace = SystemLink.target("/proc/self/ns/pid")
}

/// What the system tells in small files.
private enum SystemLink {
    static func target(_ link: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 256)
        let length = readlink(link, &bytes, bytes.count)
        guard length > 0 else { return nil }
        return String(decoding: bytes[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static func line(_ file: String) -> String? {
        let descriptor = tq_open(file, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let length = read(descriptor, &bytes, bytes.count)
        guard length > 0 else { return nil }
        return String(decoding: bytes[..<length].prefix { $0 != 0x0A }, as: UTF8.self)
    }
}
