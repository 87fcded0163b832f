import Glibc

/// A TCP port at 127.0.0.1 that nothing listened on a moment ago.
///
/// Also for a test that needs a port where nobody answers.
package func freePort() throws(FileError) -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .last("socket") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failure = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            bind(descriptor, address, length) + getsockname(descriptor, address, &length)
        }
    }
    guard failure == 0 else { throw .last("127.0.0.1") }
    return Int(UInt16(bigEndian: address.sin_port))
}
