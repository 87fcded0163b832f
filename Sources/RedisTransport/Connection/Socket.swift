internal import Glibc
internal import TaskQueue

/// A connected stream socket that never blocks, and that commands do not inherit.
final class Socket {
    let descriptor: Int32

    /// Takes a descriptor over.
    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Waits until the socket can be read, or written.
    ///
    /// - Returns: false when the deadline has passed first.
    static func wait(
        _ descriptor: Int32,
        for events: Int32,
        until deadline: ContinuousClock.Instant
    ) -> Bool {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, PollTimeout.milliseconds(until: deadline))
            if count > 0 { return true }
            guard count < 0, errno == EINTR else { return false }
        }
    }
}

// MARK: - Connecting

extension Socket {
    /// Connects to the first address that answers.
    ///
    /// - Parameters:
    ///   - addresses: tried in this order, each for its share of the time that is left.
    ///   - deadline: for all of them.
    /// - Throws: ``StreamFailure`` of the last of them.
    static func connect(
        toFirstOf addresses: [SocketAddress],
        until deadline: ContinuousClock.Instant
    ) throws(StreamFailure) -> Socket {
        var failure = StreamFailure.timedOut
        for (index, address) in addresses.enumerated() {
            let left = ContinuousClock.now.duration(to: deadline)
            do throws(StreamFailure) {
                let share = left / (addresses.count - index)
                return try connect(to: address, until: .now + share)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// - Throws: ``StreamFailure`` in the system's words.
    static func connect(
        to address: SocketAddress,
        until deadline: ContinuousClock.Instant
    ) throws(StreamFailure) -> Socket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .system(errno) }
        let socket = Socket(descriptor)
        let code = address.withPointer { Glibc.connect(descriptor, $0, $1) == 0 ? 0 : errno }
        switch code {
        case 0: break
        case EINPROGRESS, EINTR: try socket.finishConnecting(until: deadline)
        // Of a Unix socket: more wait to be accepted than the server lets wait.
        case EAGAIN: throw StreamFailure("it lets no more connections wait")
        default: throw .system(code)
        }
        if address.family != AF_UNIX { socket.tune() }
        return socket
    }

    private func finishConnecting(
        until deadline: ContinuousClock.Instant
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
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, 5)
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, 2)
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, 2)
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
