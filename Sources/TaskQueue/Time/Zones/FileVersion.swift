import Glibc

/// Which file stands at a path, and of when: another value means that it has to be read again.
struct FileVersion: Hashable, Sendable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    /// When it was last written: a `timespec`.
    private let modification: [UInt8]

    /// Follows symbolic links; `nil` if there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        modification = withUnsafeBytes(of: status.st_mtim) { Array($0) }
    }
}
