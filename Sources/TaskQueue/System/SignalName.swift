internal import Glibc

/// Signals by their names, as in `kill -l`.
package enum SignalName {
    private static let names: [Int32: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL",
        SIGTRAP: "SIGTRAP",
        SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL",
        SIGUSR1: "SIGUSR1",
        SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM",
        SIGTERM: "SIGTERM", SIGSTOP: "SIGSTOP", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
        SIGCHLD: "SIGCHLD", SIGCONT: "SIGCONT", SIGTSTP: "SIGTSTP", SIGTTIN: "SIGTTIN",
        SIGTTOU: "SIGTTOU", SIGVTALRM: "SIGVTALRM", SIGPROF: "SIGPROF",
        SIGSYS: "SIGSYS",
    ]

    package static func of(_ signal: Int32) -> String { names[signal] ?? "signal \(signal)" }

    /// The number of a signal by its name, with or without `SIG`; `nil` if there is none.
    package static func number(_ name: String) -> Int32? {
        let full = name.hasPrefix("SIG") ? name : "SIG\(name)"
        return names.first { $0.value == full }?.key
    }
}
