internal import CLinux
internal import Glibc

/// Which file a path leads to.
struct FileIdentity: Hashable {
    let device: UInt
    let number: UInt

    /// Follows links; `nil`, with `errno`, if there is no such file.
    init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        number = UInt(status.st_ino)
    }
}

/// Where an open database lies: its file, and the two that SQLite keeps beside it.
///
/// SQLite itself goes on with a file that was removed or replaced: what is written then is seen by nobody,
/// or spoils the new one (sqlite.org/howtocorrupt.html, "Unlinking or renaming a database file while in
/// use").
struct DatabasePlace {
    /// What has happened to it.
    enum Change: Equatable {
        case removed, replaced
        /// This one of the files beside it is not there any more, or is another.
        case lost(companion: String)
    }

    /// As it was named: links are followed at each look.
    private let path: String
    /// The same behind symbolic links.
    private let resolved: String
    let file: FileIdentity
    /// `nil`: it was not there.
    private let wal: FileIdentity?
    /// `nil`: it was not there.
    let shm: FileIdentity?

    /// `nil` if it is there no more.
    ///
    /// - Parameters:
    ///   - path: as it was named.
    ///   - resolved: the same behind symbolic links.
    init?(_ path: String, resolved: String) {
        guard let file = FileIdentity(at: path) else { return nil }
        self.path = path
        self.resolved = resolved
        self.file = file
        wal = FileIdentity(at: "\(resolved)-wal")
        shm = FileIdentity(at: "\(resolved)-shm")
    }

    /// What has happened since; `nil`: nothing.
    var change: Change? {
        guard let now = FileIdentity(at: path) else { return .removed }
        guard now == file else { return .replaced }
        if let wal, FileIdentity(at: "\(resolved)-wal") != wal { return .lost(companion: "wal") }
        if let shm, FileIdentity(at: "\(resolved)-shm") != shm { return .lost(companion: "shm") }
        return nil
    }

    /// Removes the files beside the path that belong to the file that is not there any more: SQLite would
    /// take them for the new one's.
    func removeLeftCompanions() {
        for (name, identity) in [("wal", wal), ("shm", shm)] {
            let companion = "\(resolved)-\(name)"
            if let identity, FileIdentity(at: companion) == identity { unlink(companion) }
        }
    }
}
