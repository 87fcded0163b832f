import Glibc

/// A TCP port at 127.0.0.1 that nothing listened on a moment ago.
///
/// Also for a test that needs a port where nobody answers.
package func freePort() throws(FileError) -> Int {
    let (descriptor, port) = try boundSocket()
    close(descriptor)
    return port
}

/// A socket that listens on a free port of 127.0.0.1; the caller closes it.
package func listeningSocket() throws(FileError) -> (descriptor: Int32, port: Int) {
    let (descriptor, port) = try boundSocket()
    guard listen(descriptor, 64) == 0 else { throw .last("127.0.0.1:\(port)") }
    return (descriptor, port)
}

/// A socket that is connected to a port of 127.0.0.1, and which the caller closes; `nil` if nobody listens
/// there.
package func connectedSocket(_ port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    var address = loopback(port)
    guard descriptor >= 0 else { return nil }
    guard withSocketAddress(&address, { connect(descriptor, $0, $1.pointee) }) == 0 else {
        close(descriptor)
        return nil
    }
    return descriptor
}

private func boundSocket() throws(FileError) -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .last("socket") }
    var address = loopback(0)
    let failure = withSocketAddress(&address) { address, length in
        bind(descriptor, address, length.pointee) + getsockname(descriptor, address, length)
    }
    guard failure == 0 else {
        close(descriptor)
        throw .last("127.0.0.1")
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

private func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
}

private func withSocketAddress(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
) -> Int32 {
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length) }
    }
}
