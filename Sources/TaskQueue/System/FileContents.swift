import Glibc

/// The bytes of a small file, and what is known of it.
package struct FileContents {
    package let bytes: [UInt8]
    package let status: FileStatus

    /// Reads a file that somebody has named to the end, of a pipe too.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - limit: in bytes.
    /// - Throws: ``FileContentsError``, with ENOENT when there is no such file.
    package init(_ path: String, limit: Int) throws(FileContentsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        guard let status = FileStatus(descriptor: descriptor) else { throw .system(errno) }
        self.status = status
        bytes = try Self.read(descriptor, limit: limit)
    }

    /// Reads a file that was found where anybody may have put something else: a pipe, which would be
    /// waited for without end, or a device.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - limit: in bytes.
    ///   - isWanted: by what is known of it; where it says no, nothing is read.
    /// - Throws: ``FileContentsError``, with ENOENT when there is no such file.
    package init(
        found path: String,
        limit: Int,
        if isWanted: (FileStatus) -> Bool = { _ in true }
    ) throws(FileContentsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        guard let status = FileStatus(descriptor: descriptor) else { throw .system(errno) }
        guard status.kind != .folder else { throw .system(EISDIR) }
        guard status.kind == .file else { throw .notAFile }
        self.status = status
        bytes = isWanted(status) ? try Self.read(descriptor, limit: limit) : []
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
