internal import Glibc

/// Tells the service manager how the program is doing: sd_notify(3), without its library.
///
/// To be made before the first thread: it takes variables out of the environment, so that commands do
/// not speak in the program's name.
package struct NotifySocket: Sendable {
    private let path: String
    /// How often the manager wants to hear from the program; `nil`: it does not.
    package let watchdog: Duration?

    /// `nil` if nobody listens: `$NOTIFY_SOCKET` is not set.
    package init?() {
        let socket = Self.take("NOTIFY_SOCKET")
        let period = Self.take("WATCHDOG_USEC").flatMap { Int64($0) }
        let process = Self.take("WATCHDOG_PID").flatMap { pid_t($0) }
        guard let socket, socket.hasPrefix("/") || socket.hasPrefix("@") else { return nil }
        path = socket
        let isOurs = process == nil || process == getpid()
        watchdog = isOurs ? period.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Sends lines such as `READY=1`; a manager that does not listen is not a reason to stop.
    ///
    /// If a manager listens but does not read, this waits, a second at most.
    package func send(_ lines: String...) {
        send(lines, waits: true)
    }

    /// Sends a line that will be sent again, such as `WATCHDOG=1`; drops it if the manager does not read.
    package func sendAtOnce(_ line: String) {
        send([line], waits: false)
    }

    private func send(_ lines: [String], waits: Bool) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A name that begins with @ is not in the file system: a NUL stands for it.
        let name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: name)
            if name.first == UInt8(ascii: "@") { bytes[0] = 0 }
        }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let text = lines.joined(separator: "\n")
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        let flags = Int32(MSG_NOSIGNAL) | (waits ? 0 : Int32(MSG_DONTWAIT))
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(descriptor, text, text.utf8.count, flags, address, size)
            }
        }
    }

    /// Says that the settings are read again, until the next `READY=1`.
    package func sendReloading() {
        // sd_notify(3) requires it with RELOADING=1.
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        send("RELOADING=1", "MONOTONIC_USEC=\(now)")
    }

    private static func take(_ variable: String) -> String? {
        guard let value = getenv(variable).map({ String(cString: $0) }) else { return nil }
        unsetenv(variable)
        return value.isEmpty ? nil : value
    }
}
