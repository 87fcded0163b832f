import Glibc
import TaskCommands

/// How a process ended.
package enum ExitStatus: Sendable, Hashable {
    case exited(Int32)
    /// Ended by this signal, such as `SIGKILL`.
    case signalled(Int32)

    /// Reads the status that wait(2) filled in for a process that has ended.
    ///
    /// The low seven bits are the signal, or zero for an exit; the second byte is the exit status.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
    }
}

extension ExitStatus: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "signal \(signal) (\(String(cString: strsignal(signal))))"
        }
    }
}
