import Glibc
import TestSupport

/// Answers whatever it is asked with a long text, of which a byte comes every 50 ms.
final class TrickleServer: Sendable {
    let port: Int
    private let listener: Int32

    init() throws {
        port = try freePort()
        listener = try Self.listener(on: port)
        _ = BackgroundWork { [self] in serve() }
    }

    /// A socket that listens on 127.0.0.1.
    static func listener(on port: Int) throws -> Int32 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failure = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) | listen(listener, 8)
            }
        }
        guard failure == 0 else { throw ListenError(code: errno) }
        return listener
    }

    struct ListenError: Error {
        let code: Int32
    }

    private func serve() {
        let client = accept(listener, nil, nil)
        defer { close(client) }
        _ = send(client, "$100000\r\n", 9, Int32(MSG_NOSIGNAL))
        while send(client, "x", 1, Int32(MSG_NOSIGNAL)) == 1 { usleep(50_000) }
        close(listener)
    }
}
