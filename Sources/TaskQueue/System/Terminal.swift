internal import CLinux
internal import Glibc

/// The terminal of this process' session.
struct Terminal {
    /// `nil` if there is none, or SIGHUP is ignored: then the terminal's end does not concern this process.
    init?() {
        var action = sigaction()
        guard sigaction(SIGHUP, nil, &action) == 0, tq_is_ignored(&action) == 0, Self.isThere else {
            return nil
        }
    }

    /// Whether the terminal is gone, as when its window was closed.
    var hasHungUp: Bool { !Self.isThere }

    private static var isThere: Bool {
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }
}
