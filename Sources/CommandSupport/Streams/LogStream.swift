internal import Glibc
internal import Synchronization
internal import TaskQueue

/// Standard error of a program that stays: writing to it never waits, whoever reads it.
///
/// A terminal that was stopped with Ctrl-S, or a program at the other end of a pipe that no longer reads, must
/// not stop a worker. Lines that find no room are kept, up to a limit, and written when there is room again.
/// Lines beyond that are dropped and counted, and so are those that do not fit on a full disk.
package final class LogStream: Sendable {
    package static let standardError = LogStream(2)

    /// How many bytes are kept: some thousand lines.
    private static let capacity = 1 << 20

    private struct State {
        var way = Way.plain
        /// What to write first: it begins anywhere in a line, and ends with one.
        var pending: [UInt8] = []
        var dropped = 0
        /// Why the last line was dropped: an errno.
        var reason: Int32 = 0
        /// Whether only part of the last line was written.
        var isTorn = false
        /// Whether a thread waits for room.
        var isAwaited = false
        var notice: @Sendable (_ text: String) -> String = { $0 }
    }

    /// How it is written to without waiting.
    private enum Way {
        /// It never waits: a file.
        case plain
        /// The same pipe or terminal by a descriptor of our own, so that only we do not wait for it.
        case own(Int32)
        case socket
        /// It is asked first whether there is room for a line.
        case asked
    }

    private let descriptor: Int32
    private let state = Mutex(State())
    private let inUse = Atomic(false)

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Whether ``use(notice:)`` was called.
    var isInUse: Bool { inUse.load(ordering: .relaxed) }

    /// Takes it for the log of this process from now on.
    ///
    /// - Parameter notice: makes a line of the log, without its newline, from a text that says what was dropped.
    package func use(notice: @escaping @Sendable (_ text: String) -> String) {
        state.withLock { state in
            state.notice = notice
            if !isInUse { state.way = way }
        }
        inUse.store(true, ordering: .relaxed)
    }

    /// Writes a line, its newline included, in one write(2) if there is room for it.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            // The thread that waits for room knows better when there is some.
            if !state.isAwaited { flush(&state) }
            guard state.pending.isEmpty else { return keep(line, &state) }
            put(line, &state)
        }
    }

    /// Waits until all kept lines are written, but not for long.
    func flush(within limit: Duration) {
        let end = Instant.now + limit
        while state.withLock({ state in
            flush(&state)
            return !state.pending.isEmpty
        }), .now < end {
            waitForRoom(until: min(end, .now + .milliseconds(100)))
        }
    }
}

// MARK: - With the lock held

extension LogStream {
    private func flush(_ state: inout State) {
        if !state.pending.isEmpty {
            let pending = state.pending
            state.pending = []
            put(pending, &state)
        }
        guard state.pending.isEmpty, state.dropped > 0 else { return }
        let (dropped, reason) = (state.dropped, state.reason)
        let cause =
            reason == EAGAIN ? "nobody read them" : String(cString: strerror(reason))
        let lines = dropped == 1 ? "1 line was dropped" : "\(dropped) lines were dropped"
        state.dropped = 0
        put(Array("\(state.notice("\(lines): \(cause)"))\n".utf8), &state)
        // That line itself does not count.
        if state.dropped > 0 { (state.dropped, state.reason) = (dropped, reason) }
    }

    private func put(_ bytes: [UInt8], _ state: inout State) {
        let torn: [UInt8] = state.isTorn ? [0x0A] : []
        state.isTorn = false
        var rest = (torn + bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeNow($0, state.way) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                state.pending = Array(rest)
                return awaitRoom(&state)
            } else if errno != EINTR {
                state.isTorn = rest.count < bytes.count
                return drop(Array(rest), errno, &state)
            }
        }
    }

    private func keep(_ line: [UInt8], _ state: inout State) {
        guard state.dropped == 0, state.pending.count + line.count <= Self.capacity else {
            return drop(line, EAGAIN, &state)
        }
        state.pending += line
        awaitRoom(&state)
    }

    private func drop(_ lines: [UInt8], _ reason: Int32, _ state: inout State) {
        state.dropped += max(lines.count { $0 == 0x0A }, 1)
        state.reason = reason
    }

    /// Makes sure that kept lines are written when there is room, even if nobody writes any more.
    private func awaitRoom(_ state: inout State) {
        guard !state.isAwaited else { return }
        // Without a thread it goes out with the next line.
        state.isAwaited = (try? Thread.startDetached { self.drain() }) != nil
    }

    private func drain() {
        while true {
            waitForRoom(until: .now + .seconds(1))
            let isDone = state.withLock { state in
                flush(&state)
                if state.pending.isEmpty { state.isAwaited = false }
                return !state.isAwaited
            }
            if isDone { return }
        }
    }
}

// MARK: - The descriptor

extension LogStream {
    private var way: Way {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .plain }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFIFO: break
        case S_IFCHR where isatty(descriptor) == 1: break
        default: return .plain
        }
        let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let own = open("/proc/self/fd/\(descriptor)", flags)
        return own < 0 ? .asked : .own(own)
    }

    /// As write(2): EAGAIN if there is no room.
    private func writeNow(_ bytes: UnsafeRawBufferPointer, _ way: Way) -> Int {
        switch way {
        case .plain: return Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        case .own(let own): return Glibc.write(own, bytes.baseAddress, bytes.count)
        case .socket:
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
            return send(descriptor, bytes.baseAddress, bytes.count, flags)
        case .asked:
            guard hasRoom(within: 0) else {
                errno = EAGAIN
                return -1
            }
            // If there is room at all, there is room for this much (pipe(7)).
            return Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Int(PIPE_BUF)))
        }
    }

    private func waitForRoom(until deadline: Instant) {
        if hasRoom(within: PollTimeout.milliseconds(until: deadline)) { return }
    }

    private func hasRoom(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }
}
