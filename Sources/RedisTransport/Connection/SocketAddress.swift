internal import Glibc

/// An address to connect to, as connect(2) takes it.
struct SocketAddress: Sendable {
    private let bytes: [UInt8]

    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    var family: Int32 { withPointer { pointer, _ in Int32(pointer.pointee.sa_family) } }

    /// Copies what getaddrinfo(3) has found.
    init(_ address: UnsafePointer<sockaddr>, length: Int) {
        bytes = Array(UnsafeRawBufferPointer(start: address, count: length))
    }

    /// Of a Unix socket.
    ///
    /// - Throws: ``StreamFailure`` for a path of more bytes than such an address holds.
    init(path: String) throws(StreamFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let path = Array(path.utf8)
        guard path.count < room else {
            throw StreamFailure("the path of a socket has at most \(room - 1) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        bytes = withUnsafeBytes(of: &address) { Array($0) }
    }

    func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        // A copy that is aligned as any address has to be.
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { buffer in
            buffer.copyBytes(from: bytes)
            guard let start = buffer.baseAddress else {
                preconditionFailure("an address has memory of its own")
            }
            return body(start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
    }
}
