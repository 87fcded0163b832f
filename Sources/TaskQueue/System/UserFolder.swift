internal import Glibc

/// A folder of the user that the XDG Base Directory Specification names.
package enum UserFolder: Sendable {
    case config, state

    /// Its absolute path.
    ///
    /// - Parameters:
    ///   - environment: the value of a variable; an empty one counts as one that is not set.
    ///   - user: whose folder it is.
    /// - Returns: `nil` where the user has no home directory.
    package func path(
        _ environment: (String) -> String?,
        of user: UInt32 = geteuid()
    ) -> String? {
        // "All paths set in these environment variables must be absolute", and others are ignored.
        if let folder = environment(variable), folder.isAbsolutePath { return folder }
        return Self.home(environment, of: user).map { "\($0)/\(standard)" }
    }

    private var variable: String {
        switch self {
        case .config: "XDG_CONFIG_HOME"
        case .state: "XDG_STATE_HOME"
        }
    }

    private var standard: String {
        switch self {
        case .config: ".config"
        case .state: ".local/state"
        }
    }

    /// `$HOME`, else what the system's list of users says, as for the shell's `~`: a service of systemd
    /// that runs as root has no `$HOME`, and means the same folder as root's shell.
    package static func home(
        _ environment: (String) -> String?,
        of user: UInt32 = geteuid()
    ) -> String? {
        if let home = environment("HOME"), !home.isEmpty { return home }
        return UserName.home(of: user).flatMap { $0.isAbsolutePath ? $0 : nil }
    }
}
