internal import CLinux
internal import Glibc
internal import TaskQueue

/// The database's file and folder, before SQLite opens them.
enum DatabaseFile {
    /// The name of a file system over a network, by its number in statfs(2); `nil` for a local one.
    ///
    /// SQLite's shared memory does not work there, and its locks often do not (sqlite.org/wal.html:
    /// "WAL does not work over a network filesystem").
    private static func networkFileSystem(_ number: Int64) -> String? {
        switch number {
        case 0x6969: "NFS"
        case 0x517B, 0xFE53_4D42: "SMB"
        case 0xFF53_4D42: "CIFS"
        case 0x0102_1997: "9P"
        default: nil
        }
    }

    /// Makes the file (mode 0600) and its folder (0700) if they are not there: tasks may hold secrets.
    static func prepare(_ path: String) throws(BrokerError) {
        if access(path, F_OK) != 0 {
            try makeFolder(of: path)
            let descriptor = tq_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw unreachable(path) }
            close(descriptor)
        }
        let fileSystem = tq_file_system(path)
        guard fileSystem >= 0 else { throw unreachable(path) }
        if let name = networkFileSystem(fileSystem) {
            throw .unusable(
                url: "sqlite:\(path)",
                reason:
                    "it is on a network file system (\(name)), where SQLite cannot share a file: "
                    + "use a local disk, or Redis"
            )
        }
    }

    /// The file behind symbolic links: SQLite keeps its other files beside that one.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func makeFolder(of path: String) throws(BrokerError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw unreachable(path) }
        try makeFolder(of: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw unreachable(path) }
    }

    private static func unreachable(_ path: String) -> BrokerError {
        .unreachable(url: "sqlite:\(path)", reason: String(cString: strerror(errno)))
    }
}
