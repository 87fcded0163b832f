internal import Glibc
internal import TaskQueue

/// A user of this machine to run a command as.
package struct CommandUser: Equatable, Sendable {
    package let name: String
    package let uid: UInt32
    package let gid: UInt32
    /// All groups, `gid` among them.
    package let groups: [UInt32]
    package let home: String
    package let shell: String

    /// Looks a user up; `nil` if there is none of this name.
    package init?(named name: String) {
        var record = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 1 << 10)
        while getpwnam_r(name, &record, &buffer, buffer.count, &found) == ERANGE {
            buffer = [CChar](repeating: 0, count: 2 * buffer.count)
        }
        guard found != nil, let home = record.pw_dir, let shell = record.pw_shell else {
            return nil
        }
        self.name = name
        uid = record.pw_uid
        gid = record.pw_gid
        groups = Self.groups(of: name, gid: record.pw_gid)
        self.home = String(cString: home)
        self.shell = String(cString: shell)
    }

    /// The variables that su(1) sets.
    package var environment: [String: String] {
        ["HOME": home, "SHELL": shell, "USER": name, "LOGNAME": name]
    }

    /// Whether this process may start commands as this user: it is root.
    package var canBeEntered: Bool { geteuid() == 0 }

    private static func groups(of name: String, gid: gid_t) -> [gid_t] {
        var count: Int32 = 32
        var groups = [gid_t](repeating: 0, count: Int(count))
        while getgrouplist(name, gid, &groups, &count) < 0 {
            groups = [gid_t](repeating: 0, count: Int(max(count, 1)))
        }
        return Array(groups.prefix(Int(count)))
    }
}
