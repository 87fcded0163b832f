import Glibc
import TestSupport

/// A socket at which a service manager listens: systemd's end of `$NOTIFY_SOCKET`.
final class NotifyListener: Sendable {
    private let descriptor: Int32
    private let address: String

    /// - Parameter address: a path, or a name that begins with `@`.
    /// - Throws: ``ListenError`` if nobody can listen there.
    init(_ address: String) throws {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(address.utf8)
        withUnsafeMutableBytes(of: &name.sun_path) { path in
            path.copyBytes(from: bytes.prefix(path.count - 1))
            if bytes.first == UInt8(ascii: "@") { path[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let failure = withUnsafePointer(to: name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length)
            }
        }
        guard descriptor >= 0, failure == 0 else { throw ListenError(code: errno) }
    }

    deinit { close(descriptor) }

    /// Fills it with messages, so that the next has to wait; of a path only.
    func fill() {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(sender) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(address.utf8)) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.utf8.count)
        withUnsafePointer(to: name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                while sendto(sender, "X=1", 3, Int32(MSG_DONTWAIT), address, length) > 0 {}
            }
        }
    }

    /// The messages that have come since the last call, each a line or several.
    func messages() -> [String] {
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}

/// Nobody can listen there.
struct ListenError: Error {
    let code: Int32
}
