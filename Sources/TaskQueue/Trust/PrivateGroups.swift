internal import Glibc
internal import Synchronization

/// Tells which groups hold one user only.
///
/// Asks the system once for each group, since a look-up can be slow: group members change seldom, and
/// count for a process from its start.
package final class PrivateGroups: Sendable {
    private struct Answer {
        let group: UInt32
        let user: UInt32
        let isPrivate: Bool
    }

    /// There are few; a dictionary with keys of a type of our own costs a program that starts more.
    private let answers = Mutex<[Answer]>([])

    package init() {}

    /// Whether the group has the user's name, and nobody else in it but root.
    ///
    /// Where one of them has no name, as in a container, their numbers have to be the same. The name is
    /// asked for since a directory service need not list whose first group it is.
    func isPrivate(_ group: UInt32, of user: UInt32) -> Bool {
        answers.withLock { answers in
            for answer in answers where answer.group == group && answer.user == user {
                return answer.isPrivate
            }
            let isPrivate = Self.isPrivate(group, of: user)
            answers.append(Answer(group: group, user: user, isPrivate: isPrivate))
            return isPrivate
        }
    }

    private static func isPrivate(_ group: UInt32, of user: UInt32) -> Bool {
        guard let entry = UserName.groupEntry(group) else { return group == user }
        let name = UserName.name(of: user)
        return (name.map { $0 == entry.name } ?? (group == user))
            && entry.members.allSatisfy { $0 == name || $0 == "root" }
            && !isFirstGroup(group, ofOthersThan: user)
    }

    /// Whether it is that of another user of this machine's own list.
    private static func isFirstGroup(_ group: UInt32, ofOthersThan user: UInt32) -> Bool {
        guard let file = fopen("/etc/passwd", "re") else { return false }
        defer { fclose(file) }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        while fgetpwent_r(file, &entry, &buffer, buffer.count, &found) == 0 {
            if entry.pw_gid == group, entry.pw_uid != user, entry.pw_uid != 0 { return true }
        }
        return false
    }
}
