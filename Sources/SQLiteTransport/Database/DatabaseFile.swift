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
    ///
    /// - Throws: ``BrokerError/misconfigured(url:reason:)`` if others can write the file, one beside it, or
    ///   what leads to it; or if it is not a file.
    static func prepare(_ path: String) throws(BrokerError) {
        let file = try found(path)
        if let distrust = file.distrust { throw misconfigured(path, "\(distrust)") }
        if let problem = companionProblem(file.resolved) { throw misconfigured(path, problem) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw unreachable(path) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw misconfigured(path, "it is a folder: name a file in it")
        default: throw misconfigured(path, "it is not a regular file")
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

    /// The file, which is created if it is missing, unless what leads to it is not to be trusted.
    private static func found(_ path: String) throws(BrokerError) -> NamedFile {
        // Others may make or remove it meanwhile.
        for _ in 0..<5 {
            if access(path, F_OK) != 0 { try makeFolder(of: path) }
            guard let file = NamedFile(path) else {
                _ = access(path, F_OK)
                throw unreachable(path)
            }
            if file.isThere || file.distrust != nil { return file }
            try create(file.resolved, path)
        }
        throw unreachable(path)
    }

    /// Makes the file, unless somebody else has been faster.
    ///
    /// What lies beside it belongs to a file that is not there any more: SQLite would take it for this one's.
    private static func create(_ file: String, _ path: String) throws(BrokerError) {
        let slash = file.last("/") ?? file.startIndex
        let folder = tq_open(String(file[...slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard folder >= 0 else { throw unreachable(path) }
        defer { close(folder) }
        // One at a time: files found beside it must not be those of a program that has just made it. Only a
        // stranger keeps the folder locked for two seconds.
        for _ in 0..<200 {
            guard flock(folder, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { break }
            usleep(10_000)  // Nothing tells when a flock(2) is free, and waiting in it has no end.
        }
        guard access(file, F_OK) != 0 else { return }
        for name in ["wal", "shm", "journal"] { unlink("\(file)-\(name)") }
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = tq_open(file, flags, 0o600)
        guard descriptor >= 0 || errno == EEXIST else { throw unreachable(path) }
        if descriptor >= 0 { close(descriptor) }
    }

    /// What is wrong with the files that SQLite keeps beside it, if they are there: it believes what it
    /// finds in them.
    private static func companionProblem(_ path: String) -> String? {
        for name in ["\(path)-wal", "\(path)-shm", "\(path)-journal"] {
            var status = stat()
            guard lstat(name, &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG else {
                return "\(name) is not a regular file: remove it"
            }
            if let distrust = NamedFile(name)?.distrust { return "\(distrust)" }
        }
        return nil
    }

    /// The file behind symbolic links: SQLite keeps its other files beside that one.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func makeFolder(of path: String) throws(BrokerError) {
        guard let slash = path.last("/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw unreachable(path) }
        try makeFolder(of: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw unreachable(path) }
    }

    private static func misconfigured(_ path: String, _ reason: String) -> BrokerError {
        .misconfigured(url: "sqlite:\(path)", reason: reason)
    }

    private static func unreachable(_ path: String) -> BrokerError {
        .unreachable(url: "sqlite:\(path)", reason: String(cString: strerror(errno)))
    }
}
