internal import Glibc

/// Why a command could not be started.
struct SpawnError: Error {
    let program: String
    let workingDirectory: String?
    /// An errno.
    let code: Int32
}

extension SpawnError {
    /// Whether the machine has too little of something now: not the task's fault.
    var isShortage: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(code) }
}

extension SpawnError: CustomStringConvertible {
    var description: String {
        let reason = String(cString: strerror(code))
        // The child reports a bad folder and a bad program with the same number.
        let place = workingDirectory.map { " in \($0)" } ?? ""
        return "cannot start \(program)\(place): \(reason)"
    }
}
