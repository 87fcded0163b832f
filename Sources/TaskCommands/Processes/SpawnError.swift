internal import Glibc
internal import TaskQueue

/// Why a command could not be started.
struct SpawnError: Error, Equatable {
    /// The step that failed.
    enum Step: Equatable {
        /// There was no descriptor or no process left.
        case process
        case niceness(Int)
        case user(String)
        case workingDirectory(String)
        case program
        /// The program that the first line of a script names.
        case interpreter
    }

    let program: String
    let step: Step
    /// An errno.
    let code: Int32
}

extension SpawnError {
    /// Whether the machine lacks something now: not the task's fault.
    var isShortage: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(code) }

    /// Whether the task's arguments are too large, so that another try would not help.
    var isOfArguments: Bool { step == .program && code == E2BIG }
}

extension SpawnError: CustomStringConvertible {
    var description: String {
        let reason = String(cString: strerror(code))
        switch step {
        case .niceness(let niceness):
            return "cannot start \(program): cannot add \(niceness) to its niceness: \(reason)"
        case .user(let name):
            return "cannot start \(program): cannot become user \(name): \(reason)"
        case .workingDirectory(let folder):
            return
                "cannot start \(program): cannot enter the working directory \(folder): \(reason)"
        case .interpreter:
            return
                "cannot start \(program): the interpreter in its first line is not there"
        case .program where code == E2BIG:
            return "cannot start \(program): \(reason): one may have 128 KiB, all of them and the "
                + "environment a quarter of the stack (ulimit -s); stdin has no limit"
        case .program where code == ENOEXEC:
            return "cannot start \(program): it is not a program and does not begin with #!"
        case .process, .program: return "cannot start \(program): \(reason)"
        }
    }
}
