internal import Synchronization

/// The database files that this process has open.
///
/// All connections of a process to one file share one `-shm`: as long as one of them goes on with a `-shm`
/// that was removed, so does every new one.
enum OpenFiles {
    private struct Use {
        var count: Int
        let shm: FileIdentity?
    }

    private static let uses = Mutex<[FileIdentity: Use]>([:])

    /// Counts a connection.
    ///
    /// - Returns: whether it has the same `-shm` as those that are open; else it is not counted.
    static func add(_ place: DatabasePlace) -> Bool {
        let (file, shm) = (place.file, place.shm)
        return uses.withLock { uses in
            var use = uses[file] ?? Use(count: 0, shm: shm)
            guard use.shm == shm else { return false }
            use.count += 1
            uses[file] = use
            return true
        }
    }

    /// A connection that was counted is closed.
    static func remove(_ place: DatabasePlace) {
        let file = place.file
        uses.withLock { uses in
            uses[file]?.count -= 1
            if uses[file]?.count == 0 { uses[file] = nil }
        }
    }
}
