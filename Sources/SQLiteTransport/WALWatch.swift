internal import CLinux
internal import Glibc
internal import TaskQueue

/// Notices when another process writes to the database: inotify(7) on the WAL file.
///
/// The file stays the same for as long as one connection is open (sqlite.org/wal.html), and the owner
/// of this watch has one.
final class WALWatch {
    let descriptor: Int32

    /// - Throws: ``BrokerError/unreachable(url:reason:)`` if the file cannot be watched.
    init(_ database: SQLiteDatabase) throws(BrokerError) {
        // The WAL file is there once the database has been read.
        try database.run("SELECT 1 FROM sqlite_schema LIMIT 1", [])
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        let file = "\(database.path)-wal"
        guard descriptor >= 0, inotify_add_watch(descriptor, file, UInt32(IN_MODIFY)) >= 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw .unreachable(
                url: "sqlite:\(database.path)",
                reason: "cannot watch \(file): \(reason)"
            )
        }
    }

    deinit {
        close(descriptor)
    }

    /// Forgets what was noticed so far.
    func clear() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }

    /// Waits for a write, or until the deadline (`nil`: as long as it takes).
    ///
    /// - Parameters:
    ///   - deadline: when nobody waits any more.
    ///   - other: a descriptor that ends the wait too; `nil`: there is none.
    /// - Returns: whether that has become readable.
    func wait(until deadline: ContinuousClock.Instant?, or other: Int32?) -> Bool {
        // A negative descriptor is passed over.
        var entries = [descriptor, other ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let count = poll(&entries, 2, deadline.map { PollTimeout.milliseconds(until: $0) } ?? -1)
        return count > 0 && entries[1].revents != 0
    }
}
