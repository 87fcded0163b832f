internal import Synchronization

/// The database files that this process has open.
///
/// All connections of a process to one file share one `-shm`: as long as one of them goes on with a `-shm`
/// that was removed, so does every new one.
enum OpenFiles {
    private struct Use {
        let file: FileIdentity?
        let shm: FileIdentity?
        var count = 0
    }

    /// There are few; a dictionary with keys of a type of our own costs a program that starts more.
    private static let uses = Mutex<[Use]>([])

    /// Counts a connection.
    ///
    /// - Returns: whether it has the same `-shm` as those that are open; else it is not counted.
    static func add(_ place: DatabasePlace) -> Bool {
        let (file, shm) = (place.file, place.shm)
        return uses.withLock { uses in
            guard let index = uses.firstIndex(where: { $0.file == file }) else {
                uses.append(Use(file: file, shm: shm, count: 1))
                return true
            }
            guard uses[index].shm == shm else { return false }
            uses[index].count += 1
            return true
        }
    }

    /// A connection that was counted is closed.
    static func remove(_ place: DatabasePlace) {
        let file = place.file
        uses.withLock { uses in
            guard let index = uses.firstIndex(where: { $0.file == file }) else { return }
            uses[index].count -= 1
            if uses[index].count == 0 { uses.remove(at: index) }
        }
    }
}
