internal import Glibc

/// The names of users and groups, and what else the system's tables say of them.
enum UserName {
    /// The number if there is no name, as in a container.
    static func of(_ user: UInt32) -> String { name(of: user) ?? "\(user)" }

    static func name(of user: UInt32) -> String? { userEntry(user)?.name }

    /// `nil` where the user is not known.
    static func home(of user: UInt32) -> String? { userEntry(user)?.home }

    private static func userEntry(_ user: UInt32) -> (name: String, home: String)? {
        lookUp { buffer, size in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let code = getpwuid_r(user, &entry, buffer, size, &found)
            guard let found else { return (code, nil) }
            return (
                code,
                (String(cString: found.pointee.pw_name), String(cString: found.pointee.pw_dir))
            )
        }
    }

    /// The number if there is no name.
    static func ofGroup(_ group: UInt32) -> String { groupEntry(group)?.name ?? "\(group)" }

    /// A group's name, and the names of its members, without those whose first group it is.
    static func groupEntry(_ group: UInt32) -> (name: String, members: [String])? {
        lookUp { buffer, size in
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            let code = getgrgid_r(group, &entry, buffer, size, &found)
            guard let found else { return (code, nil) }
            var members: [String] = []
            var next = found.pointee.gr_mem
            while let member = next?.pointee {
                members.append(String(cString: member))
                next = next?.advanced(by: 1)
            }
            return (code, (String(cString: found.pointee.gr_name), members))
        }
    }

    /// Calls one of the functions that want a buffer, with larger ones until it is large enough.
    private static func lookUp<Value>(
        _ body: (UnsafeMutablePointer<CChar>, Int) -> (code: Int32, value: Value?)
    ) -> Value? {
        var size = 1_024
        while size <= 1 << 20 {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            let result = body(buffer, size)
            guard result.code == ERANGE else { return result.value }
            size *= 4
        }
        return nil
    }
}
