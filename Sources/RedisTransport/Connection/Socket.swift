internal import Glibc
internal import TaskQueue

/// A connected stream socket that never blocks, and that commands do not inherit.
final class Socket {
    let descriptor: Int32

    private init(family: Int32) throws(StreamFailure) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw .system(errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Waits until the socket can be read, or written.
    ///
    /// - Parameters:
    ///   - descriptor: of the socket; negative: there is none.
    ///   - events: of poll(2).
    ///   - other: a descriptor that ends the wait too when it becomes readable; `nil`: there is none.
    ///   - deadline: how long to wait.
    /// - Returns: false when the deadline has passed first, or the other descriptor ended the wait.
    static func wait(
        _ descriptor: Int32,
        for events: Int32,
        or other: Int32? = nil,
        until deadline: Instant
    ) -> Bool {
        while true {
            var entries = (
                pollfd(fd: descriptor, events: Int16(events), revents: 0),
                pollfd(fd: other ?? -1, events: Int16(POLLIN), revents: 0)
            )
            let count = withUnsafeMutableBytes(of: &entries) { bytes in
                let start = bytes.assumingMemoryBound(to: pollfd.self).baseAddress
                return poll(start, other == nil ? 1 : 2, PollTimeout.milliseconds(until: deadline))
            }
            if count > 0 { return entries.0.revents != 0 }
            guard count < 0, errno == EINTR else { return false }
        }
    }

    /// Whether a descriptor can be read now; `nil` cannot.
    static func isReadable(_ descriptor: Int32?) -> Bool {
        guard let descriptor else { return false }
        return wait(descriptor, for: POLLIN, until: .now)
    }
}

// MARK: - Connecting

extension Socket {
    /// Connects to an address.
    ///
    /// - Throws: ``StreamFailure`` in the system's words.
    convenience init(
        connectedTo address: UnsafePointer<sockaddr>,
        _ length: socklen_t,
        until deadline: Instant
    ) throws(StreamFailure) {
        let family = Int32(address.pointee.sa_family)
        try self.init(family: family)
        let code = Glibc.connect(descriptor, address, length) == 0 ? 0 : errno
        switch code {
        case 0: break
        case EINPROGRESS, EINTR: try finishConnecting(until: deadline)
        // Of a Unix socket: more wait to be accepted than the server lets wait.
        case EAGAIN: throw StreamFailure("its queue of waiting connections is full")
        default: throw .system(code)
        }
        if family != AF_UNIX { tune() }
    }

    /// Connects to a Unix socket.
    ///
    /// - Throws: ``StreamFailure``, also for a path of more bytes than its address holds.
    convenience init(path: String, until deadline: Instant) throws(StreamFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let path = Array(path.utf8)
        guard path.count < room else {
            throw StreamFailure("the path of a socket has at most \(room - 1) bytes")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let storage = UnsafeMutablePointer<sockaddr_un>.allocate(capacity: 1)
        defer { storage.deallocate() }
        storage.initialize(to: address)
        let start = UnsafeRawPointer(storage).assumingMemoryBound(to: sockaddr.self)
        try self.init(connectedTo: start, length, until: deadline)
    }

    private func finishConnecting(
        until deadline: Instant
    ) throws(StreamFailure) {
        guard Self.wait(descriptor, for: POLLOUT, until: deadline) else { throw .timedOut }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw .system(code) }
    }

    /// Sends at once, and notices within 10 s that the other side is gone without a word.
    private func tune() {
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 3)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 2)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 2)
        // Milliseconds, while something that was sent is not acknowledged.
        set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, 7000)
    }

    private func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension StreamFailure {
    /// In the system's words.
    static func system(_ code: Int32) -> StreamFailure {
        // A connection that the kernel gave up.
        code == ETIMEDOUT ? .timedOut : StreamFailure(String(cString: strerror(code)))
    }
}
