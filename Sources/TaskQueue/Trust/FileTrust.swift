internal import CLinux
internal import Glibc

/// Decides whether what lies at a path is only what root and we have put there.
///
/// A look and what follows on it are two steps, and a file could be replaced in between; but that requires
/// the right to write its folder, or to replace a folder above, and exactly those rights are checked,
/// from `/` down. So only users who are trusted anyway can do it, and a program that has had the file
/// open for writing since a time when it was allowed to.
package struct FileTrust: Sendable {
    /// Whose files are trusted, beside root's: the first is named when one is not.
    private let users: [UInt32]
    private let groups: PrivateGroups

    /// - Parameters:
    ///   - user: another user whose files are trusted: the one that a command runs as.
    ///   - groups: remembers what it finds out.
    package init(alsoOf user: UInt32? = nil, groups: PrivateGroups = PrivateGroups()) {
        users = [geteuid()] + (user.map { [$0] } ?? [])
        self.groups = groups
    }

    /// The strict rule, for what is in our hands: a tasks directory and all in it.
    ///
    /// It has to belong to root or to us. A group may write it only if that is root's, or holds nobody
    /// but the owner: Debian's sshd takes the same view of `authorized_keys`, since with a group for
    /// each user and the umask 002, as Debian and Red Hat set them up, all files are group-writable.
    package func distrust(of path: String, _ status: FileStatus) -> Distrust? {
        if status.isWritableByOthers { return .writableByOthers(path: path) }
        if !isOurs(status) { return foreign(path, status) }
        return status.isWritableByGroup ? distrustOfGroup(of: path, status) : nil
    }

    /// The lenient rule, for what an administrator named and for the folders above that: their owners
    /// and groups are his choice, but he will not have chosen everybody.
    ///
    /// In a folder like `/tmp` a file has to be ours still: only its owner may replace it there, but
    /// anybody may have put it there.
    package func distrust(ofNamed step: PathWalk.Step) -> Distrust? {
        let status = step.status
        switch status.kind {
        case .folder where status.isWritableByOthers && !status.isSticky:
            return .writableByOthers(path: step.path)
        case .file where status.isWritableByOthers:
            return .writableByOthers(path: step.path)
        default:
            guard let folder = step.folder, folder.isWritableByOthers else { return nil }
            return isOurs(status) ? nil : foreign(step.path, status)
        }
    }

    /// Looks at a file that is named by its path, a program or what settings name, and at the folders to
    /// it.
    ///
    /// - Parameter path: absolute.
    /// - Returns: `nil` also where there is no such file.
    package func distrust(ofFile path: String) -> Distrust? {
        PathWalk.follow(path, distrust(ofNamed:))?.distrust
    }

    /// Whether the group that can write a path is nobody's own.
    package func distrustOfGroup(of path: String, _ status: FileStatus) -> Distrust? {
        // The mode's bits of the group are then the most that any user of the list is granted.
        if tq_has_access_list(path) != 0 { return .writableByList(path: path) }
        let isHarmless =
            status.group == 0
            || (users + [status.owner]).contains { groups.isPrivate(status.group, of: $0) }
        return isHarmless
            ? nil : .writableByGroup(path: path, group: UserName.ofGroup(status.group))
    }

    private func isOurs(_ status: FileStatus) -> Bool {
        status.owner == 0 || users.contains(status.owner)
    }

    private func foreign(_ path: String, _ status: FileStatus) -> Distrust {
        .foreign(path: path, owner: UserName.of(status.owner), wanted: UserName.of(users[0]))
    }
}
