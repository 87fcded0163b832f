import Glibc

/// The bytes of a small file, and who may write it.
struct FileContents {
    let bytes: [UInt8]
    /// Whether anybody but its owner and group may write it; never so for a pipe.
    let isWritableByOthers: Bool
    /// Whether it belongs to another user, who is not root either.
    let isForeign: Bool

    /// Reads to the end, of a pipe too.
    ///
    /// - Throws: ``FileContentsError``, with ENOENT when there is no such file.
    init(_ path: String, limit: Int) throws(FileContentsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        isWritableByOthers = status.st_mode & S_IFMT == S_IFREG && status.st_mode & S_IWOTH != 0
        isForeign = status.st_uid != geteuid() && status.st_uid != 0
        bytes = try Self.read(descriptor, limit: limit)
    }

    private static func read(
        _ descriptor: Int32,
        limit: Int
    ) throws(FileContentsError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EINTR else { throw .system(errno) }
                continue
            }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw .tooLong(limit: limit) }
        }
    }
}
