import Glibc

/// Tells the service manager how the worker is: sd_notify(3), without its library.
///
/// Not found out before the first thread: it takes variables out of the environment, so that commands do
/// not speak in the worker's name.
struct NotifySocket: Sendable {
    private let path: String
    /// How often the manager wants to hear of the worker; `nil`: it does not.
    let watchdog: Duration?

    /// `nil` if nobody listens: `$NOTIFY_SOCKET` is not set.
    init?() {
        let socket = Self.take("NOTIFY_SOCKET")
        let period = Self.take("WATCHDOG_USEC").flatMap { Int64($0) }
        let process = Self.take("WATCHDOG_PID").flatMap { pid_t($0) }
        guard let socket, socket.hasPrefix("/") || socket.hasPrefix("@") else { return nil }
        path = socket
        let isOurs = process == nil || process == getpid()
        watchdog = isOurs ? period.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Sends lines such as `READY=1`; a manager that does not listen is no reason to stop.
    func send(_ lines: String...) {
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
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL), address, size)
            }
        }
    }

    private static func take(_ variable: String) -> String? {
        guard let value = getenv(variable).map({ String(cString: $0) }) else { return nil }
        unsetenv(variable)
        return value.isEmpty ? nil : value
    }
}
