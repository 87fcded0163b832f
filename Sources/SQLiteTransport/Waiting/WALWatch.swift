internal import CLinux
internal import Glibc
internal import TaskQueue

/// Notices when another process writes to the database: inotify(7) on the WAL file; and when the database
/// is removed, renamed or replaced.
///
/// The WAL file stays the same for as long as one connection is open (sqlite.org/wal.html), and the owner
/// of this watch has one. A folder further up can be moved unnoticed: those who wait long look at times.
///
/// Where the kernel watches no more files for this user, nothing is noticed, and the database is looked at
/// several times a second instead.
final class WALWatch {
    private static let change = UInt32(IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)

    /// Readable when something was noticed; negative: nothing is.
    let descriptor: Int32
    /// Why nothing is noticed, for people; `nil`: it is.
    let notice: String?
    private let database: SQLiteDatabase

    /// - Throws: ``BrokerError/unreachable(url:reason:)`` if the file cannot be watched.
    init(_ database: SQLiteDatabase) throws(BrokerError) {
        self.database = database
        // The WAL file is there once the database has been read.
        try database.run("SELECT 1 FROM sqlite_schema LIMIT 1", [])
        let path = database.path
        let file = "\(path)-wal"
        let events = UInt32(IN_MODIFY) | Self.change
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0, inotify_add_watch(descriptor, file, events) >= 0 else {
            let code = errno
            let reason = String(cString: strerror(code))
            if descriptor >= 0 { close(descriptor) }
            guard [EMFILE, ENFILE, ENOMEM, ENOSPC].contains(code) else {
                throw .unreachable(url: "sqlite:\(path)", reason: "cannot watch \(file): \(reason)")
            }
            self.descriptor = -1
            notice =
                "\(file) cannot be watched: \(reason): it is looked at five times a second; raise "
                + "fs.inotify.max_user_instances and max_user_watches (sysctl)"
            return
        }
        self.descriptor = descriptor
        notice = nil
        let folder = path.last("/").map { String(path[...$0]) } ?? "."
        for other in [path, "\(path)-shm"] { inotify_add_watch(descriptor, other, Self.change) }
        inotify_add_watch(descriptor, folder, UInt32(IN_DELETE_SELF | IN_MOVE_SELF))
        // What happened before it was watched. If it throws, `deinit` closes the descriptor.
        try database.checkFiles()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// How long to wait at most before the database is looked at again.
    var longestWait: Duration { notice == nil ? .seconds(4) : .milliseconds(200) }

    /// Forgets what was noticed so far.
    ///
    /// - Returns: whether something was written.
    /// - Throws: ``BrokerError/fileChanged(url:reason:)`` if the database is not there any more.
    @discardableResult
    func clear() throws(BrokerError) -> Bool {
        guard descriptor >= 0 else {
            try database.checkFiles()
            return false
        }
        var events: UInt32 = 0
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
            events |= Self.events(in: buffer[..<count])
        }
        if events & ~UInt32(IN_MODIFY) != 0 { try database.checkFiles() }
        return events & UInt32(IN_MODIFY) != 0
    }

    /// All events; the layout is that of inotify(7).
    private static func events(in bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBytes { buffer in
            var events: UInt32 = 0
            var start = 0
            while start + 16 <= buffer.count {
                events |= buffer.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self)
                let nameLength = buffer.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self)
                start += 16 + Int(nameLength)
            }
            return events
        }
    }

    /// Waits for a write, or until a time.
    ///
    /// - Parameters:
    ///   - deadline: when nobody waits any more.
    ///   - other: a descriptor that also ends the wait; `nil`: there is none.
    /// - Returns: whether that has become readable.
    func wait(until deadline: Instant, or other: Int32?) -> Bool {
        // A negative descriptor is passed over.
        var entries = [descriptor, other ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let count = poll(&entries, 2, PollTimeout.milliseconds(until: deadline))
        return count > 0 && entries[1].revents != 0
    }
}
