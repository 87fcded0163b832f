import Glibc

/// The bytes of a small file, and what is known of it.
struct FileContents {
    let bytes: [UInt8]
    let status: FileStatus

    /// Reads to the end, of a pipe too.
    ///
    /// - Throws: ``FileContentsError``, with ENOENT when there is no such file.
    init(_ path: String, limit: Int) throws(FileContentsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        guard let status = FileStatus(descriptor: descriptor) else { throw .system(errno) }
        self.status = status
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
