/// What a program's exit status means: one table for the suite, from sysexits.h where it has one.
package enum ExitCode: Int32, CaseIterable, Sendable {
    /// Done; the task succeeded where its outcome was asked for.
    case success = 0
    case taskFailed = 1
    /// Not finished yet, asked without waiting.
    case pending = 3
    /// Never known, expired or forgotten.
    case noSuchTask = 4
    /// Revoked, or expired before it ran.
    case revoked = 5
    case usage = 64
    case badInput = 65
    /// Broker or backend cannot be reached.
    case unavailable = 69
    /// A bug in tq.
    case internalError = 70
    case inputOutput = 74
    /// The queue is over `--max-queue`, or this machine has too little of something now.
    case tryAgain = 75
    case refusedCredentials = 77
    case badConfiguration = 78
    /// `--timeout` passed first, as with timeout(1).
    case timedOut = 124
}

extension ExitCode: Comparable {
    /// Of several tasks the highest status counts.
    package static func < (left: ExitCode, right: ExitCode) -> Bool {
        left.rawValue < right.rawValue
    }
}
