import CommandSupport
import Glibc

/// How many files the process may have open: each running command takes five descriptors.
enum DescriptorLimit {
    private static let perCommand = 5
    /// For connections, the log, and a command's needs while it starts.
    private static let others = 128

    /// Raises the limit as far as this many commands need it.
    ///
    /// - Throws: ``CommandError`` with status 78 if it may not be raised so far.
    static func allow(commands: Int) throws(CommandError) {
        let needed = rlim_t(commands * perCommand + others)
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        guard limit.rlim_cur < needed else { return }
        guard limit.rlim_max >= needed else {
            throw CommandError(
                .badConfiguration,
                "\(commands) tasks at once need \(needed) open files, and this process may have "
                    + "\(limit.rlim_max): lower --concurrency, or raise the limit (ulimit -n)"
            )
        }
        limit.rlim_cur = needed
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
