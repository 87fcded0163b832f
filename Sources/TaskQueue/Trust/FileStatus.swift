internal import Glibc

/// What a file is, whose it is, and who can write it.
package struct FileStatus {
    package enum Kind {
        case file, folder, link, other
    }

    package let kind: Kind
    package let owner: UInt32
    let group: UInt32
    package let isWritableByGroup: Bool
    package let isWritableByOthers: Bool
    /// Whether all users, or all of its group, may read it.
    package let isReadableByOthers: Bool
    /// In such a folder only the owner of a file, or of the folder, may remove or rename the file.
    let isSticky: Bool

    /// Does not follow a link; `nil`, with `errno`, if there is no such file.
    package init?(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Of an open file; `nil`, with `errno`, if there is none.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        owner = status.st_uid
        group = status.st_gid
        isWritableByGroup = status.st_mode & S_IWGRP != 0
        isWritableByOthers = status.st_mode & S_IWOTH != 0
        isReadableByOthers = status.st_mode & (S_IROTH | S_IRGRP) != 0
        isSticky = status.st_mode & S_ISVTX != 0
    }
}
